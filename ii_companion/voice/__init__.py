"""A quiet voice: pyttsx3, one sentence a process, with a warm spare. Nothing here knows a screen."""
