"""Each role attacked, through the functions and beneath them; and each policy weakened, which must be noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from school.conftest import VERSIONS
from school.server import Cluster, Database

ELM, OAK = "Elm School", "Oak School"


def session(
    id: str, practitioner: str, mentor: str, figures: int, words: int, learner: str = "p17"
) -> dict[str, Any]:
    return {
        "id": id, "learner": learner, "practitioner": practitioner, "mentor": mentor, "started_at": "2026-11-23T10:15:30Z",
        "figures_for": figures, "words_for": words,
    }  # fmt: skip


NUMBER = iter(range(10**6))


def part(kind: str, key: str, author: str, body: str, replaces: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "kind": kind, "key": key, "vid": f"0001{next(NUMBER):028x}", "replaces": list(replaces), "author": author,
        "body": body, "flat": {"x": 1} if kind == "figures" else None,
    }  # fmt: skip


def push(connection: psycopg.Connection[Any], **batch: Any) -> Any:
    return connection.execute("SELECT ii.push(%s)", (json.dumps(batch),)).fetchone()[0]  # type: ignore[index]


def populate(db: Database) -> None:
    """Sessions lent to nobody, to a mentor, to the school; a card, a list, days, an erasure; and another school."""
    db.people(ELM, k7=False, k8=False, m1=False, m2=False, c1=True)
    db.people(OAK, o7=False, oc=True)
    with db.connect("k7") as k7:
        card = part("card", "p17/enjoys", "k7", '"whistling"')
        push(
            k7,
            sessions=[session("s1", "k7", "m1", 1, 0), session("s2", "k7", "", 2, 2)],
            parts=[
                *(part("facts", one, "k7", "{}") for one in ("s1", "s2")),
                *(part("figures", f"s{n}", "k7", f"FIGURES{n}") for n in (1, 2)),
                *(part("words", f"s{n}", "k7", f"WORDS{n}") for n in (1, 2)),
                part("journal", "s2", "k7", "am91cm5hbA=="),
            ],
            cards=[card, part("card", "p17/enjoys", "k7", '"humming"', (card["vid"],))],
            training=[["k7", "induction", "2025-01-01"]],
        )
    with db.connect("k8") as k8:
        push(
            k8,
            sessions=[session("s3", "k8", "", 1, 1, "p18")],
            parts=[
                part("facts", "s3", "k8", "{}"), part("figures", "s3", "k8", "FIGURES3"), part("words", "s3", "k8", "WORDS3")
            ],
            training=[["k8", "induction", "2025-01-01"]],
        )  # fmt: skip
    with db.connect("c1") as c1:
        c1.execute("SELECT ii.mentor('m2', 'k8', false)")
        c1.execute("SELECT ii.erase('p99')")
    with db.connect("m1") as m1:
        push(m1, parts=[part("checklist", "s1", "m1", "LIST1")])
    with db.connect("o7") as o7:
        push(
            o7,
            sessions=[session("s9", "o7", "", 2, 2)],
            parts=[
                part("facts", "s9", "o7", "{}"),
                part("figures", "s9", "o7", "FIGURES9"),
                part("words", "s9", "o7", "WORDS9"),
            ],
        )
    with db.superuser() as root:
        root.execute("UPDATE ii.school SET takes_part = true WHERE name = %s", (OAK,))
        root.execute("CREATE SCHEMA probe; GRANT USAGE ON SCHEMA probe TO PUBLIC")
        for role in ("ii_owner", "ii_reaper", "ii_window"):
            root.execute(
                f"CREATE FUNCTION probe.{role}(what text) RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER AS $$ "
                "DECLARE one record; found text[] := '{}'; BEGIN FOR one IN EXECUTE what LOOP "
                "found := found || (SELECT string_agg(value, ' ') FROM jsonb_each_text(to_jsonb(one))); END LOOP; "
                "RETURN found; END $$"
            )
            root.execute(f"ALTER FUNCTION probe.{role}(text) OWNER TO {role}")
            root.execute(f"GRANT EXECUTE ON FUNCTION probe.{role}(text) TO PUBLIC")
            root.execute(f"GRANT USAGE ON SCHEMA probe TO {role}")


ALL_ELM = {"c1", "k7", "k8", "m1", "m2"}
SEES: dict[str, dict[str, set[str]]] = {
    "SELECT key || ' ' || kind AS k FROM ii.part": {
        "k7": {"s1 facts", "s1 figures", "s1 words", "s1 checklist", "s2 facts", "s2 figures", "s2 words", "s2 journal",
               "p17/enjoys card"},
        "k8": {"s3 facts", "s3 figures", "s3 words", "p17/enjoys card"},
        "m1": {"s1 facts", "s1 figures", "s1 checklist", "p17/enjoys card"},
        "m2": {"s3 facts", "s3 figures", "s3 words", "p17/enjoys card"},
        "c1": {"s1 facts", "s2 facts", "s2 figures", "s2 words", "s2 journal", "s3 facts", "p17/enjoys card"},
        "o7": {"s9 facts", "s9 figures", "s9 words"},
        "oc": {"s9 facts", "s9 figures", "s9 words"},
    },
    "SELECT id FROM ii.session": {
        "k7": {"s1", "s2"}, "k8": {"s3"}, "m1": {"s1"}, "m2": {"s3"}, "c1": {"s1", "s2", "s3"}, "o7": {"s9"}, "oc": {"s9"},
    },
    "SELECT person FROM ii.login": {one: {one} for one in (*ALL_ELM, "o7", "oc")},
    "SELECT person FROM ii.person": {**dict.fromkeys(ALL_ELM, ALL_ELM), "o7": {"o7", "oc"}, "oc": {"o7", "oc"}},
    "SELECT person FROM ii.laptop": {
        **{one: {one} for one in (*ALL_ELM, "o7")}, "c1": ALL_ELM, "oc": {"o7", "oc"},
    },
    "SELECT mentor || practitioner AS m FROM ii.mentoring": {
        "k7": set(), "k8": {"m2k8"}, "m1": set(), "m2": {"m2k8"}, "c1": {"m2k8"}, "o7": set(), "oc": set(),
    },
    "SELECT practitioner FROM ii.training": {
        "k7": {"k7"}, "k8": {"k8"}, "m1": set(), "m2": {"k8"}, "c1": {"k7", "k8"}, "o7": set(), "oc": set(),
    },
    "SELECT author FROM ii.tombstone": {**{key: {"c1"} for key in ALL_ELM}, "o7": set(), "oc": set()},
    "SELECT 'a' AS a FROM ii.audit LIMIT 1": {
        "k7": set(), "k8": set(), "m1": set(), "m2": set(), "c1": {"a"}, "o7": set(), "oc": set(),
    },
    "WITH changed AS (UPDATE ii.laptop SET version = 'x' RETURNING 1) SELECT count(*) AS n FROM changed": {
        **{key: {"1"} for key in (*ALL_ELM, "o7")}, "c1": {"5"}, "oc": {"2"},
    },
    "SELECT count(*) AS n FROM ii.mark": {**{key: {"4"} for key in ALL_ELM}, "o7": {"1"}, "oc": {"1"}},
}  # fmt: skip
"""What each person's functions can see of each table, exactly."""
ROW = "1, '{id}', 'p17', '{k}', '{m}', now(), now(), {f}, {w}, 1, 1"
PART = "1, '{key}', '{kind}', repeat('e', 32), '{{}}', '{author}', 'x', NULL, NULL, 'p17', '{k}', '{m}', NULL, {a}, 1, 1"
FORBIDDEN: tuple[tuple[str, str, str], ...] = (
    ("m1", "ii_owner", f"INSERT INTO ii.session VALUES ({ROW.format(id='x1', k='k7', m='m1', f=2, w=0)}) RETURNING 1"),
    ("k8", "ii_owner", f"INSERT INTO ii.session VALUES ({ROW.format(id='x2', k='k7', m='', f=1, w=0)}) RETURNING 1"),
    ("o7", "ii_owner", f"INSERT INTO ii.session VALUES ({ROW.format(id='x3', k='o7', m='', f=1, w=0)}) RETURNING 1"),
    ("m1", "ii_owner", "UPDATE ii.session SET figures_for = 2 WHERE id = 's1' RETURNING 1"),
    ("c1", "ii_owner", "UPDATE ii.session SET words_for = 2 WHERE id = 's1' RETURNING 1"),
    ("m1", "ii_owner", "UPDATE ii.part SET audience = 2 WHERE key = 's1' RETURNING 1"),
    ("c1", "ii_owner", f"INSERT INTO ii.part VALUES ({PART.format(key='s2', kind='words', author='c1', k='k7', m='', a=2)}) RETURNING 1"),
    ("k8", "ii_owner", f"INSERT INTO ii.part VALUES ({PART.format(key='s3', kind='words', author='k7', k='k8', m='', a=2)}) RETURNING 1"),
    ("m2", "ii_owner", f"INSERT INTO ii.part VALUES ({PART.format(key='s3', kind='words', author='m2', k='k8', m='', a=1)}) RETURNING 1"),
    ("o7", "ii_owner", f"INSERT INTO ii.part VALUES ({PART.format(key='p17/touch', kind='card', author='o7', k='', m='', a=3)}) RETURNING 1"),
    ("k8", "ii_owner", "INSERT INTO ii.training VALUES (1, 'k7', 'refresher', '2026-01-01', 'k8', 1, 1) RETURNING 1"),
    ("k8", "ii_owner", "INSERT INTO ii.tombstone VALUES (1, repeat('a', 64), 'c1', true, 'forged', true, now(), 1, 1) RETURNING 1"),
    ("o7", "ii_owner", "INSERT INTO ii.mark VALUES (1, 'forged', 1) RETURNING 1"),
    ("k8", "ii_owner", "INSERT INTO ii.audit VALUES (1, 1, now(), 'other', 'c1', 'x', '') RETURNING 1"),
    ("k8", "ii_owner", "UPDATE ii.person SET co_ordinator = true RETURNING 1"),
    ("oc", "ii_owner", "UPDATE ii.person SET epoch = 9 WHERE school = 1 RETURNING 1"),
    ("k8", "ii_owner", "UPDATE ii.laptop SET ended = true WHERE person = 'k7' RETURNING 1"),
    ("oc", "ii_owner", "UPDATE ii.laptop SET ended = true WHERE person = 'k7' RETURNING 1"),
    ("k8", "ii_owner", "INSERT INTO ii.mentoring VALUES (1, 'k8', 'k7') RETURNING 1"),
    ("m2", "ii_owner", "DELETE FROM ii.mentoring RETURNING 1"),
    ("oc", "ii_owner", "UPDATE ii.school SET base = 9 WHERE school = 1 RETURNING 1"),
    ("c1", "ii_owner", "DELETE FROM ii.session RETURNING 1"),
    ("c1", "ii_owner", "DELETE FROM ii.part RETURNING 1"),
    ("c1", "ii_owner", "DELETE FROM ii.tombstone RETURNING 1"),
    ("c1", "ii_owner", "DELETE FROM ii.audit RETURNING 1"),
    ("c1", "ii_reaper", "DELETE FROM ii.session RETURNING 1"),
    ("c1", "ii_reaper", "DELETE FROM ii.part RETURNING 1"),
    ("c1", "ii_reaper", "SELECT 1 FROM ii.session"),
    ("oc", "ii_reaper", "SELECT 1 FROM ii.part WHERE school = 1"),
    ("c1", "ii_reaper", "UPDATE ii.part SET body = NULL, blob = NULL, flat = NULL WHERE kind <> 'card' RETURNING 1"),
    ("c1", "ii_reaper", "UPDATE ii.part SET body = 'forged' WHERE kind = 'card' RETURNING 1"),
    ("k7", "ii_window", "SELECT 1 FROM ii.part WHERE school = 1 OR kind <> 'figures'"),
    ("c1", "ii_window", "SELECT 1 FROM ii.session"),
)  # fmt: skip
"""Who, running as what, must not be able to do what."""


class Probes:
    """Everybody's connection, kept open."""

    def __init__(self, db: Database) -> None:
        self.open = {person: db.connect(person) for person in ("k7", "k8", "m1", "m2", "c1", "o7", "oc")}

    def close(self) -> None:
        for one in self.open.values():
            one.close()

    def as_role(self, person: str, role: str, what: str) -> list[str] | None:
        """What comes back, then all of it undone; None if it is refused."""
        connection = self.open[person]
        try:
            with connection.transaction(force_rollback=True):
                return list(connection.execute(f"SELECT probe.{role}(%s)", (what,)).fetchone()[0])  # type: ignore[index]
        except psycopg.Error:
            return None

    def breaches(self) -> list[str]:
        found = []
        for what, by_person in SEES.items():
            for person, expected in by_person.items():
                if (seen := self.as_role(person, "ii_owner", what)) is None or set(seen) != expected:
                    found.append(f"{person}: {what}: {seen}")
        for person, role, what in FORBIDDEN:
            if self.as_role(person, role, what):
                found.append(f"{person} as {role}: {what}")
        return found


@pytest.fixture(scope="module")
def populated(cluster: Cluster) -> Iterator[Database]:
    db = cluster.database()
    populate(db)
    yield db
    db.drop()


@pytest.fixture(scope="module")
def probes(populated: Database) -> Iterator[Probes]:
    made = Probes(populated)
    yield made
    made.close()


def test_each_person_sees_what_is_theirs_and_nothing_else(probes: Probes) -> None:
    assert probes.breaches() == []


@pytest.mark.long
def test_every_weakened_policy_is_noticed(populated: Database, probes: Probes, whole: bool) -> None:
    """On every version there is; a sample: on the newest."""
    if not whole and populated.cluster.version != max(VERSIONS):
        pytest.skip("whole under --long")
    with populated.superuser() as root:
        policies = root.execute(
            "SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = 'ii'"
        ).fetchall()
        unnoticed, tried = [], 0
        for table, name, qual, check in policies:
            for clause, text in (("USING", qual), ("WITH CHECK", check)):
                if text in (None, "true"):
                    continue
                tried += 1
                root.execute(f"ALTER POLICY {name} ON ii.{table} {clause} (true)")
                if not probes.breaches():
                    unnoticed.append(f"{table}.{name} {clause}")
                root.execute(f"ALTER POLICY {name} ON ii.{table} {clause} ({text})")
        assert tried > 25
        assert unnoticed == []
        assert probes.breaches() == []


def test_no_role_of_ours_has_a_member_or_passes_over_the_policies(populated: Database) -> None:
    with populated.superuser() as root:
        assert root.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'ii_%' AND (rolsuper OR rolbypassrls OR rolcanlogin)"
        ).fetchone() == (0,)
        inherited = root.execute(
            "SELECT r.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member "
            "WHERE r.rolname IN ('ii_owner', 'ii_reaper', 'ii_window') AND pg_has_role(m.oid, r.oid, 'USAGE')"
        ).fetchall()
        assert inherited == []
        loose = root.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'ii' AND c.relkind = 'r' "
            "AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        ).fetchall()
        assert loose == []
        unpinned = root.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'ii' "
            "AND NOT coalesce(p.proconfig::text, '') LIKE '%search_path=pg_catalog, pg_temp%'"
        ).fetchall()
        assert unpinned == []
        open_to_all = root.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'ii' "
            "AND has_function_privilege('public', p.oid, 'EXECUTE')"
        ).fetchall()
        assert open_to_all == []


READS = (
    "SELECT * FROM ii.part", "SELECT * FROM ii.session", "TABLE ii.secret", "SELECT salt FROM ii.school", "SELECT * FROM ii.audit",
    "COPY ii.part TO STDOUT", "COPY (SELECT * FROM ii.part) TO STDOUT", "SET ROLE ii_owner", "SET ROLE ii_reaper",
    "SET ROLE ii_admin", "SET SESSION AUTHORIZATION postgres", "EXPLAIN ANALYZE SELECT * FROM ii.part",
    "DO $$ BEGIN PERFORM count(*) FROM ii.part; END $$", "SELECT ii._reap('p17', '{}')", "SELECT ii._sessions(1, '{s1,s2,s3,s9}')",
    "SELECT ii._mac(1, 'x')", "SELECT ii._empty('s1', 'words', '{}')", "SELECT ii._stone('learner:p17', true, true, 1)",
    "SELECT ii.research()", "SELECT ii.found_school('mine')", "CREATE FUNCTION ii.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE ii.x (x int)", "ALTER TABLE ii.part NO FORCE ROW LEVEL SECURITY", "DROP POLICY lent ON ii.part",
    "SELECT nextval('ii.n')", "LOAD 'auto_explain'", "SELECT pg_read_file('pg_hba.conf')", "CREATE TABLE public.x (x int)",
    "GRANT ii_owner TO current_user", "ALTER ROLE ii_owner LOGIN", "SELECT * FROM pg_stats WHERE schemaname = 'ii'",
    "SELECT stavalues1 FROM pg_statistic",
)  # fmt: skip


@pytest.mark.parametrize("person", ["k7", "m2", "c1", "oc"])
def test_a_member_can_execute_and_nothing_more(person: str, populated: Database) -> None:
    with populated.connect(person) as connection:
        connection.execute("SET row_security = off")
        for what in READS:
            try:
                rows = (
                    connection.execute(what).fetchall()
                    if not what.startswith("COPY")
                    else connection.execute(what)
                )
            except psycopg.errors.InsufficientPrivilege:
                continue
            except psycopg.Error as error:
                assert error.sqlstate in ("42P07", "0LP01", "42704", "58P01"), (what, error)
                continue
            assert rows == [], what


def test_what_is_not_lent_comes_by_no_way_round(populated: Database) -> None:
    """Explaining, debugging, and names put before ours in the search path show nothing of others'."""
    told: list[str] = []
    with populated.connect("k8") as k8:
        k8.add_notice_handler(
            lambda notice: told.append(str(notice.message_primary) + str(notice.message_detail))
        )
        for setting in (
            "client_min_messages = debug5", "debug_print_plan = on", "debug_print_parse = on", "debug_print_rewritten = on",
            "search_path = pg_temp, ii", "plan_cache_mode = force_custom_plan",
        ):  # fmt: skip
            k8.execute(f"SET {setting}")
        seen = []
        for call in (
            "SELECT ii.pull('', 2000)", "SELECT ii.list()", "SELECT ii.fetch('{s1,s2,s9}', '{}')", "SELECT ii.trends('p17')",
            "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS) SELECT ii.pull('', 2000)",
        ):  # fmt: skip
            seen += [str(row) for row in k8.execute(call).fetchall()]
        text = "".join(seen + told)
        assert "FIGURES3" in text
        for secret in (
            "FIGURES1",
            "WORDS1",
            "FIGURES2",
            "WORDS2",
            "LIST1",
            "FIGURES9",
            "WORDS9",
            "s1",
            "s2",
            "s9",
        ):
            assert secret not in text, secret


@pytest.mark.parametrize(
    "call",
    [
        "ii.erase('p17')",
        "ii.tidy(1)",
        "ii.mentor('k8', 'k7', false)",
        "ii.lost('u1')",
        "ii.roll()",
        "ii.audit_since(0)",
    ],
)
def test_only_a_co_ordinator_may_do_what_a_co_ordinator_does(call: str, populated: Database) -> None:
    with populated.connect("k8") as k8, pytest.raises(psycopg.Error) as refused:
        k8.execute(f"SELECT {call}")
    assert refused.value.sqlstate == "II002"


def test_nobody_writes_in_anothers_name(populated: Database) -> None:
    with populated.connect("k8") as k8:
        for batch in (
            {"sessions": [session("x1", "k7", "", 1, 0)]},
            {"parts": [part("words", "s3", "k7", "x")]},
            {"cards": [part("card", "p17/touch", "k7", '"x"')]},
            {"training": [["k7", "refresher", "2026-01-01"]]},
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                push(k8, **batch)
        assert push(k8, parts=[part("words", "s1", "k8", "x")])["parts"] == []
        forged = {"hash": "a" * 64, "author": "c1", "wide": True, "mac": "b" * 64}
        assert push(k8, tombstones=[forged])["tombstones"] == []
        with k8.transaction(force_rollback=True):
            k8.execute("SELECT ii.remove('{s1,s2}')")
        assert k8.execute("SELECT ii.share('{s1,s2}', 2, 2)").fetchone()[0]["sessions"] == []  # type: ignore[index]
    with populated.connect("k7") as k7:
        ids = {one["id"] for one in k7.execute("SELECT ii.pull('', 500)").fetchone()[0]["sessions"]}  # type: ignore[index]
        assert {"s1", "s2"} <= ids


def test_a_lost_laptop_is_known_no_more_and_a_researcher_sees_what_was_lent(populated: Database) -> None:
    login = populated.another_login(ELM, "k8")
    with populated.connect("c1") as c1:
        c1.execute("SELECT ii.lost(%s)", (login,))
    with populated.connect(login) as lost:
        for call in ("hello('', '')", "pull('', 1)", "list()", "trends('p17')", "push('{}')"):
            with pytest.raises(psycopg.Error) as refused:
                lost.execute(f"SELECT ii.{call}")
            assert refused.value.sqlstate == "II001"
    with populated.superuser() as root:
        root.execute("CREATE ROLE a_researcher LOGIN PASSWORD 'r' IN ROLE ii_researcher")
    populated.passwords["a_researcher"] = "r"
    with populated.connect("a_researcher") as researcher:
        rows = researcher.execute("SELECT * FROM ii.research()").fetchall()
        assert [row[4] for row in rows] == ["FIGURES9"]
        assert "o7" not in str(rows)
        assert "p17" not in str(rows)
        assert rows[0][3] == "2026-11"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            researcher.execute("SELECT ii.list()")


def test_the_technician_sees_no_content(populated: Database) -> None:
    with populated.cluster.technician(populated.name) as technician:
        for what in (
            "TABLE ii.part",
            "TABLE ii.session",
            "TABLE ii.secret",
            "TABLE ii.audit",
            "SELECT salt FROM ii.school",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                technician.execute(what)
        assert technician.execute("SELECT count(*) FROM ii.person").fetchone() == (7,)


def test_setting_up_again_upgrades_and_keeps_everything(populated: Database) -> None:
    from ii_companion.school.technician import run_schema

    with populated.cluster.technician(populated.name) as technician:
        run_schema(technician)
    with populated.connect("k7") as k7:
        assert len(k7.execute("SELECT ii.list()").fetchone()[0]["sessions"]) == 2  # type: ignore[index]
