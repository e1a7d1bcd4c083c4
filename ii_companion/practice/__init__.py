"""Learners and trainees that are not real. Pure: seeds and times come in as arguments."""
