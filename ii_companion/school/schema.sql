-- A school's log on PostgreSQL 15 or newer: tables, policies and the functions that laptops call. Version 1.
--
-- `ii-companion school set-up URL` runs this file in one transaction, as a technician who owns the database and may
-- make roles (CREATEROLE, no superuser); running it again upgrades what is there.
--
-- Who may do what:
--   ii_member      what a laptop's login belongs to: may EXECUTE the functions, and touch no table
--   ii_researcher  may EXECUTE research()
--   ii_admin       the technician: people, logins and schools, no content
--   ii_owner       owns the tables, which hold row-level security against it too (FORCE); the functions run as it
--   ii_reaper      deletes what has a tombstone, and empties what was replaced
--   ii_window      sees the current figures that were lent to the school, of schools that take part in research
-- Nobody is a member of the last three. Policies go by session_user, the login that asked, whatever a function runs as.
--
-- Order. Every row that laptops take in has `at`, the number of the transaction that wrote it, and `n` within it. A
-- transaction with a smaller number may commit later, so a cursor never passes one that is still running
-- (pg_snapshot_xmin). `base` lifts the numbers when the log was moved to another server, which counts from the start.

DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['ii_owner', 'ii_reaper', 'ii_window', 'ii_member', 'ii_admin', 'ii_researcher'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO ii_member, ii_researcher, ii_admin', current_database());
END $$;
GRANT ii_owner, ii_reaper, ii_window, ii_admin TO CURRENT_USER;

CREATE SCHEMA IF NOT EXISTS ii AUTHORIZATION ii_owner;

SET LOCAL ROLE ii_owner;
ALTER DEFAULT PRIVILEGES IN SCHEMA ii REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA ii TO ii_member, ii_admin, ii_researcher, ii_reaper, ii_window;
GRANT CREATE ON SCHEMA ii TO ii_reaper, ii_window;  -- while this file runs

-- Tables ------------------------------------------------------------------------------------------------------------

CREATE SEQUENCE IF NOT EXISTS ii.n;
CREATE TABLE IF NOT EXISTS ii.version (version int PRIMARY KEY);
INSERT INTO ii.version VALUES (1) ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS ii.school (
    school int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    salt bytea NOT NULL,
    takes_part boolean NOT NULL DEFAULT false,
    base bigint NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS ii.secret (  -- the two keys of a MAC: SHA-256 over the outer and SHA-256 over the inner
    school int PRIMARY KEY REFERENCES ii.school,
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS ii.person (
    school int NOT NULL REFERENCES ii.school,
    person text NOT NULL CHECK (length(person) BETWEEN 1 AND 32),
    co_ordinator boolean NOT NULL DEFAULT false,
    epoch int NOT NULL DEFAULT 1,  -- rises when what they may see changes otherwise than by new rows
    PRIMARY KEY (school, person)
);
CREATE TABLE IF NOT EXISTS ii.login (
    login text PRIMARY KEY,
    school int NOT NULL,
    person text NOT NULL,
    FOREIGN KEY (school, person) REFERENCES ii.person
);
CREATE TABLE IF NOT EXISTS ii.laptop (
    login text PRIMARY KEY REFERENCES ii.login,
    school int NOT NULL REFERENCES ii.school,
    person text NOT NULL,
    ended boolean NOT NULL DEFAULT false,
    seen_at timestamptz,
    seen bigint NOT NULL DEFAULT 0,  -- everything before this `at` has been taken in
    version text NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS ii.mentoring (
    school int NOT NULL,
    mentor text NOT NULL,
    practitioner text NOT NULL,
    PRIMARY KEY (school, mentor, practitioner),
    FOREIGN KEY (school, mentor) REFERENCES ii.person,
    FOREIGN KEY (school, practitioner) REFERENCES ii.person
);
-- What laptops bring. Their rows name no other table: each reference would be a look-up a row, and the policies hold the school.

CREATE TABLE IF NOT EXISTS ii.session (
    school int NOT NULL,
    id text NOT NULL CHECK (length(id) BETWEEN 1 AND 140),
    learner text NOT NULL CHECK (length(learner) BETWEEN 1 AND 32),
    practitioner text NOT NULL CHECK (length(practitioner) BETWEEN 1 AND 32),
    mentor text NOT NULL,
    started_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    figures_for smallint NOT NULL CHECK (figures_for BETWEEN 0 AND 2),
    words_for smallint NOT NULL CHECK (words_for BETWEEN 0 AND 2),
    at bigint NOT NULL,
    n bigint NOT NULL DEFAULT nextval('ii.n'),
    PRIMARY KEY (school, id)
);
CREATE INDEX IF NOT EXISTS session_in_order ON ii.session (school, at, n);
CREATE INDEX IF NOT EXISTS session_of_learner ON ii.session (school, learner);

-- One version of one part: facts, figures, words, journal, checklist (key: the session's id) or card (key: learner/field).
-- Who was there is written beside each, so that no policy needs a sub-select into another table.
-- audience: 0 the practitioner (and who wrote it), 1 their mentors too, 2 co-ordinators too, 3 the whole school.
CREATE TABLE IF NOT EXISTS ii.part (
    school int NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 140),
    kind text NOT NULL CHECK (kind IN ('facts', 'figures', 'words', 'journal', 'checklist', 'card')),
    vid text NOT NULL CHECK (vid ~ '^[0-9a-f]{32}$'),
    replaces text[] NOT NULL,
    author text NOT NULL,
    body text CHECK (length(body) <= 2000000),   -- NULL once it was replaced, and of a journal
    blob bytea CHECK (length(blob) <= 4000000),  -- a journal
    flat jsonb,                                  -- the numbers that trends draw
    learner text NOT NULL,
    practitioner text NOT NULL,
    mentor text NOT NULL,
    started_at timestamptz,
    audience smallint NOT NULL CHECK (audience BETWEEN 0 AND 3),
    at bigint NOT NULL,
    n bigint NOT NULL DEFAULT nextval('ii.n'),
    PRIMARY KEY (school, key, kind, vid)
);
CREATE INDEX IF NOT EXISTS part_in_order ON ii.part (school, at, n);
CREATE INDEX IF NOT EXISTS part_of_learner ON ii.part (school, learner);
CREATE INDEX IF NOT EXISTS figures_of_learner ON ii.part (school, learner, started_at)
    WHERE kind = 'figures' AND flat IS NOT NULL;
CREATE INDEX IF NOT EXISTS figures_of_practitioner ON ii.part (school, practitioner, learner, started_at)
    WHERE kind = 'figures' AND flat IS NOT NULL;
CREATE INDEX IF NOT EXISTS figures_of_mentor ON ii.part (school, mentor, learner, started_at)
    WHERE kind = 'figures' AND flat IS NOT NULL AND mentor <> '';

CREATE TABLE IF NOT EXISTS ii.training (
    school int NOT NULL,
    practitioner text NOT NULL,
    what text NOT NULL CHECK (what IN ('induction', 'refresher')),
    day date NOT NULL,
    author text NOT NULL,
    at bigint NOT NULL,
    n bigint NOT NULL DEFAULT nextval('ii.n'),
    PRIMARY KEY (school, practitioner, what, day)
);
CREATE INDEX IF NOT EXISTS training_in_order ON ii.training (school, at, n);

CREATE TABLE IF NOT EXISTS ii.tombstone (  -- names nobody: `hash` is over the school's salt and what was erased
    school int NOT NULL,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    author text NOT NULL,
    wide boolean NOT NULL,
    mac text NOT NULL,
    learner boolean NOT NULL DEFAULT false,
    made_at timestamptz NOT NULL DEFAULT now(),
    at bigint NOT NULL,
    n bigint NOT NULL DEFAULT nextval('ii.n'),
    PRIMARY KEY (school, hash, author)
);
CREATE INDEX IF NOT EXISTS tombstone_in_order ON ii.tombstone (school, at, n);

CREATE TABLE IF NOT EXISTS ii.mark (  -- one random mark a writing transaction: a log put back to an earlier day lacks the later ones
    school int NOT NULL,
    mark text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (school, mark)
);
CREATE INDEX IF NOT EXISTS mark_in_order ON ii.mark (school, at);

CREATE TABLE IF NOT EXISTS ii.audit (
    school int NOT NULL,
    n bigint NOT NULL DEFAULT nextval('ii.n'),
    made_at timestamptz NOT NULL DEFAULT now(),
    login text NOT NULL,
    person text NOT NULL,
    what text NOT NULL,
    detail text NOT NULL DEFAULT '',
    PRIMARY KEY (school, n)
);

-- Who asks ----------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION ii._school() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT school FROM ii.login WHERE login = session_user::text $$;
CREATE OR REPLACE FUNCTION ii._person() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT person FROM ii.login WHERE login = session_user::text $$;
CREATE OR REPLACE FUNCTION ii._co_ordinates() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    $$ SELECT coalesce((SELECT co_ordinator FROM ii.person WHERE person = ii._person()), false) $$;
CREATE OR REPLACE FUNCTION ii._mentees() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    $$ SELECT ARRAY(SELECT practitioner FROM ii.mentoring WHERE mentor = ii._person()) $$;

CREATE OR REPLACE FUNCTION ii._known() RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ii.laptop WHERE login = session_user::text AND NOT ended) THEN
        RAISE EXCEPTION 'this login is not known' USING ERRCODE = 'II001';
    END IF;
END $$;
CREATE OR REPLACE FUNCTION ii._must_co_ordinate() RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ii._known();
    IF NOT ii._co_ordinates() THEN
        RAISE EXCEPTION 'a co-ordinator does this' USING ERRCODE = 'II002';
    END IF;
END $$;

-- Hashes, marks and order -------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION ii._hash(salt bytea, what text) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$ SELECT encode(sha256(salt || convert_to(what, 'UTF8')), 'hex') $$;
CREATE OR REPLACE FUNCTION ii._mac(of_school int, what text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(what, 'UTF8'))), 'hex')
    FROM ii.secret WHERE school = of_school $$;
CREATE OR REPLACE FUNCTION ii._signed(of_school int, hash text, author text, wide boolean) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
    $$ SELECT ii._mac(of_school, hash || ' ' || author || ' ' || wide::text) $$;

CREATE OR REPLACE FUNCTION ii._random() RETURNS bytea LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
    $$ SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) $$;

-- The number that this transaction's rows get, with the school held against an erasure (or, to erase, against all else).
CREATE OR REPLACE FUNCTION ii._at(alone boolean) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE lifted bigint;
BEGIN
    IF alone THEN
        SELECT base INTO STRICT lifted FROM ii.school WHERE school = ii._school() FOR UPDATE;
    ELSE
        SELECT base INTO STRICT lifted FROM ii.school WHERE school = ii._school() FOR SHARE;
    END IF;
    RETURN pg_current_xact_id()::text::bigint + lifted;
END $$;
-- What comes before this number is complete: no transaction with a smaller one is running.
CREATE OR REPLACE FUNCTION ii._top() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    $$ SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + base FROM ii.school WHERE school = ii._school() $$;

CREATE OR REPLACE FUNCTION ii._mark(written_at bigint) RETURNS text LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ii.mark (school, mark, at) VALUES (ii._school(), encode(substr(ii._random(), 1, 12), 'hex'), written_at)
    RETURNING mark $$;
-- Where a cursor ends that has seen everything: just behind the newest mark. Beyond it the count goes on with transactions that wrote
-- nothing here; a log that is put back counts on from its newest mark, and what is written then would lie before such a cursor.
CREATE OR REPLACE FUNCTION ii._end() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT least(top, coalesce((SELECT max(at) + 1 FROM ii.mark WHERE school = ii._school() AND at < top), 0))
    FROM (SELECT ii._top() AS top) t $$;
CREATE OR REPLACE FUNCTION ii._cursor(up_to bigint, within bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT up_to || '.' || within || '.' || coalesce(
        (SELECT mark FROM ii.mark WHERE school = ii._school() AND at <= up_to ORDER BY at DESC, mark LIMIT 1), '') $$;
CREATE OR REPLACE FUNCTION ii._note(what text, detail text) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO ii.audit (school, login, person, what, detail)
    VALUES (ii._school(), session_user::text, ii._person(), what, detail) $$;

CREATE OR REPLACE FUNCTION ii._is_gone(of_school int, id text, learner text, practitioner text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM ii.school s JOIN ii.tombstone t ON t.school = s.school
        WHERE s.school = of_school AND (
            (t.wide AND t.hash = ii._hash(s.salt, 'learner:' || _is_gone.learner))
            OR (t.hash = ii._hash(s.salt, 'session:' || _is_gone.id) AND (t.wide OR t.author = _is_gone.practitioner))))
    $$;
CREATE OR REPLACE FUNCTION ii._is_replaced(of_school int, of_key text, of_kind text, one text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ii.part WHERE school = of_school AND key = of_key AND kind = of_kind AND one = ANY (replaces)) $$;
CREATE OR REPLACE FUNCTION ii._takes_part(of_school int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    $$ SELECT coalesce((SELECT takes_part FROM ii.school WHERE school = of_school), false) $$;

-- Policies ----------------------------------------------------------------------------------------------------------

DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT tablename, policyname FROM pg_catalog.pg_policies WHERE schemaname = 'ii' LOOP
        EXECUTE format('DROP POLICY %I ON ii.%I', one.policyname, one.tablename);
    END LOOP;
    FOR one IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'ii' LOOP
        EXECUTE format('ALTER TABLE ii.%I ENABLE ROW LEVEL SECURITY', one.tablename);
        EXECUTE format('ALTER TABLE ii.%I FORCE ROW LEVEL SECURITY', one.tablename);
    END LOOP;
END $$;

CREATE POLICY read ON ii.version FOR SELECT USING (true);
CREATE POLICY upgraded ON ii.version FOR INSERT TO ii_owner WITH CHECK (true);
CREATE POLICY seen ON ii.school FOR SELECT TO ii_owner USING (true);  -- salts are told by hello() to one's own school alone
CREATE POLICY founded ON ii.school FOR INSERT TO ii_owner WITH CHECK (true);
CREATE POLICY lifted ON ii.school FOR UPDATE TO ii_owner USING (school = (SELECT ii._school()));
CREATE POLICY keyed ON ii.secret FOR ALL TO ii_owner USING (true) WITH CHECK (true);
CREATE POLICY self ON ii.login FOR SELECT TO ii_owner USING (login = session_user::text);
CREATE POLICY colleagues ON ii.person FOR SELECT TO ii_owner USING (school = (SELECT ii._school()));
CREATE POLICY rights ON ii.person FOR UPDATE TO ii_owner
    USING (school = (SELECT ii._school()) AND (SELECT ii._co_ordinates()));
CREATE POLICY laptops ON ii.laptop FOR SELECT TO ii_owner
    USING (login = session_user::text OR (school = (SELECT ii._school()) AND (SELECT ii._co_ordinates())));
CREATE POLICY followed ON ii.laptop FOR UPDATE TO ii_owner
    USING (login = session_user::text OR (school = (SELECT ii._school()) AND (SELECT ii._co_ordinates())));
CREATE POLICY pairs ON ii.mentoring FOR SELECT TO ii_owner
    USING (school = (SELECT ii._school()) AND (mentor = (SELECT ii._person()) OR practitioner = (SELECT ii._person())
        OR (SELECT ii._co_ordinates())));
CREATE POLICY paired ON ii.mentoring FOR INSERT TO ii_owner
    WITH CHECK (school = (SELECT ii._school()) AND (SELECT ii._co_ordinates()));
CREATE POLICY parted ON ii.mentoring FOR DELETE TO ii_owner
    USING (school = (SELECT ii._school()) AND (SELECT ii._co_ordinates()));

CREATE POLICY there ON ii.session FOR SELECT TO ii_owner
    USING (school = (SELECT ii._school()) AND (practitioner = (SELECT ii._person()) OR mentor = (SELECT ii._person())
        OR practitioner = ANY ((SELECT ii._mentees())::text[]) OR (SELECT ii._co_ordinates())));
CREATE POLICY brought ON ii.session FOR INSERT TO ii_owner
    WITH CHECK (school = (SELECT ii._school()) AND (practitioner = (SELECT ii._person())
        OR (mentor = (SELECT ii._person()) AND figures_for <= 1 AND words_for <= 1)));
CREATE POLICY shared ON ii.session FOR UPDATE TO ii_owner
    USING (school = (SELECT ii._school()) AND practitioner = (SELECT ii._person()));

CREATE POLICY lent ON ii.part FOR SELECT TO ii_owner
    USING (school = (SELECT ii._school()) AND (
        practitioner = (SELECT ii._person()) OR author = (SELECT ii._person())
        OR (audience >= 1 AND (mentor = (SELECT ii._person()) OR practitioner = ANY ((SELECT ii._mentees())::text[])))
        OR (audience >= 2 AND (SELECT ii._co_ordinates())) OR audience = 3));
CREATE POLICY written ON ii.part FOR INSERT TO ii_owner
    WITH CHECK (school = (SELECT ii._school()) AND author = (SELECT ii._person()) AND (
        (kind = 'card' AND audience = 3)
        OR practitioner = (SELECT ii._person())
        OR (mentor = (SELECT ii._person()))
        OR (kind = 'checklist' AND practitioner = ANY ((SELECT ii._mentees())::text[]))));
CREATE POLICY shared ON ii.part FOR UPDATE TO ii_owner
    USING (school = (SELECT ii._school()) AND practitioner = (SELECT ii._person()));

CREATE POLICY trained ON ii.training FOR SELECT TO ii_owner
    USING (school = (SELECT ii._school()) AND (practitioner = (SELECT ii._person())
        OR practitioner = ANY ((SELECT ii._mentees())::text[]) OR (SELECT ii._co_ordinates())));
CREATE POLICY noted ON ii.training FOR INSERT TO ii_owner
    WITH CHECK (school = (SELECT ii._school()) AND author = (SELECT ii._person()) AND (practitioner = (SELECT ii._person())
        OR practitioner = ANY ((SELECT ii._mentees())::text[]) OR (SELECT ii._co_ordinates())));
CREATE POLICY stones ON ii.tombstone FOR SELECT TO ii_owner USING (school = (SELECT ii._school()));
CREATE POLICY set_up ON ii.tombstone FOR INSERT TO ii_owner
    WITH CHECK (school = (SELECT ii._school()) AND mac = ii._signed(school, hash, author, wide));
CREATE POLICY marks ON ii.mark FOR SELECT TO ii_owner USING (school = (SELECT ii._school()));
CREATE POLICY marked ON ii.mark FOR INSERT TO ii_owner WITH CHECK (school = (SELECT ii._school()));
CREATE POLICY audited ON ii.audit FOR SELECT TO ii_owner
    USING (school = (SELECT ii._school()) AND (SELECT ii._co_ordinates()));
CREATE POLICY told ON ii.audit FOR INSERT TO ii_owner
    WITH CHECK (school = (SELECT ii._school()) AND login = session_user::text AND person = (SELECT ii._person()));

GRANT SELECT, DELETE ON ii.session TO ii_reaper;
GRANT SELECT, DELETE, UPDATE (body, blob, flat) ON ii.part TO ii_reaper;
GRANT EXECUTE ON FUNCTION ii._is_gone(int, text, text, text), ii._is_replaced(int, text, text, text), ii._school(),
    ii._hash(bytea, text) TO ii_reaper;
CREATE POLICY erased ON ii.session FOR ALL TO ii_reaper
    USING (school = (SELECT ii._school()) AND ii._is_gone(school, id, learner, practitioner));
CREATE POLICY erased ON ii.part FOR DELETE TO ii_reaper
    USING (school = (SELECT ii._school()) AND ii._is_gone(school, key, learner, practitioner));
CREATE POLICY found ON ii.part FOR SELECT TO ii_reaper USING (school = (SELECT ii._school()));
CREATE POLICY emptied ON ii.part FOR UPDATE TO ii_reaper
    USING (school = (SELECT ii._school()) AND ii._is_replaced(school, key, kind, vid))
    WITH CHECK (body IS NULL AND blob IS NULL AND flat IS NULL);

GRANT SELECT ON ii.part TO ii_window;
GRANT EXECUTE ON FUNCTION ii._takes_part(int), ii._mac(int, text) TO ii_window;
CREATE POLICY studied ON ii.part FOR SELECT TO ii_window
    USING (kind = 'figures' AND audience = 2 AND body IS NOT NULL AND ii._takes_part(school));

GRANT SELECT ON ii.version TO ii_admin, ii_member;
GRANT SELECT (school, name, takes_part), UPDATE (name, takes_part) ON ii.school TO ii_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON ii.person, ii.login, ii.laptop, ii.mentoring TO ii_admin;
CREATE POLICY administered ON ii.school FOR ALL TO ii_admin USING (true);
CREATE POLICY administered ON ii.person FOR ALL TO ii_admin USING (true);
CREATE POLICY administered ON ii.login FOR ALL TO ii_admin USING (true);
CREATE POLICY administered ON ii.laptop FOR ALL TO ii_admin USING (true);
CREATE POLICY administered ON ii.mentoring FOR ALL TO ii_admin USING (true);

-- The technician's --------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION ii.found_school(named text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE made int; key bytea := ii._random(); inner_pad bytea := ''; outer_pad bytea := '';
BEGIN
    SELECT school INTO made FROM ii.school WHERE name = named;
    IF made IS NOT NULL THEN RETURN made; END IF;
    FOR place IN 0..63 LOOP
        inner_pad := inner_pad || set_byte('\x00', 0, CASE WHEN place < 32 THEN get_byte(key, place) ELSE 0 END # 54);
        outer_pad := outer_pad || set_byte('\x00', 0, CASE WHEN place < 32 THEN get_byte(key, place) ELSE 0 END # 92);
    END LOOP;
    INSERT INTO ii.school (name, salt) VALUES (named, ii._random()) RETURNING school INTO made;
    INSERT INTO ii.secret VALUES (made, inner_pad, outer_pad);
    RETURN made;
END $$;
GRANT EXECUTE ON FUNCTION ii.found_school(text) TO ii_admin;

-- What deletes ------------------------------------------------------------------------------------------------------

RESET ROLE;
SET LOCAL ROLE ii_reaper;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE OR REPLACE FUNCTION ii._reap(of_learner text, ids text[]) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off SET jit = off AS $$
DECLARE removed int; mine int := ii._school(); doomed text[];
BEGIN
    DELETE FROM ii.part WHERE school = mine AND (learner = of_learner OR key = ANY (ids));
    DELETE FROM ii.session WHERE school = mine AND (learner = of_learner OR id = ANY (ids));
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
CREATE OR REPLACE FUNCTION ii._reap_hashes(salt bytea, hashes text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine int := ii._school();
BEGIN
    DELETE FROM ii.part WHERE school = mine AND (ii._hash(salt, 'learner:' || learner) = ANY (hashes)
        OR ii._hash(salt, 'session:' || key) = ANY (hashes));
    DELETE FROM ii.session WHERE school = mine AND (ii._hash(salt, 'learner:' || learner) = ANY (hashes)
        OR ii._hash(salt, 'session:' || id) = ANY (hashes));
END $$;
CREATE OR REPLACE FUNCTION ii._empty(of_key text, of_kind text, vids text[]) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    UPDATE ii.part SET body = NULL, blob = NULL, flat = NULL
    WHERE school = ii._school() AND key = of_key AND kind = of_kind AND vid = ANY (vids) AND (body IS NOT NULL OR blob IS NOT NULL) $$;
GRANT EXECUTE ON FUNCTION ii._reap(text, text[]), ii._reap_hashes(bytea, text[]), ii._empty(text, text, text[]) TO ii_owner;
REVOKE EXECUTE ON FUNCTION ii._reap(text, text[]), ii._reap_hashes(bytea, text[]), ii._empty(text, text, text[]) FROM PUBLIC;

-- What researchers may ask: codes as hashes with the server's key, the month in place of the time ---------------------

RESET ROLE;
SET LOCAL ROLE ii_window;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE OR REPLACE FUNCTION ii.research() RETURNS TABLE (school text, learner text, practitioner text, month text, figures text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT left(ii._mac(school, 'school'), 16), left(ii._mac(school, 'research learner ' || learner), 16),
        left(ii._mac(school, 'research practitioner ' || practitioner), 16), to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM'), body
    FROM ii.part WHERE kind = 'figures' ORDER BY 1, 2, 3, 4, 5 $$;
GRANT EXECUTE ON FUNCTION ii.research() TO ii_researcher;
REVOKE EXECUTE ON FUNCTION ii.research() FROM PUBLIC;

-- Plans. A school that is new has no statistics yet, and plans must not depend on them: functions that join what was brought
-- with what is there leave the planner nothing but look-ups by key, one a row (LATERAL with LIMIT keeps it so).

-- What laptops call -------------------------------------------------------------------------------------------------

RESET ROLE;
SET LOCAL ROLE ii_owner;

CREATE OR REPLACE FUNCTION ii.hello(cursor text, acked text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off AS $$
DECLARE mine ii.school; top bigint; newest bigint; parts text[] := string_to_array(cursor, '.'); known boolean; me ii.person;
BEGIN
    PERFORM ii._known();
    SELECT * INTO mine FROM ii.school WHERE school = ii._school();
    SELECT max(at) INTO newest FROM ii.mark WHERE school = mine.school;
    IF newest >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + mine.base THEN
        -- this log was written on a server that had counted further: count on from there
        PERFORM FROM ii.school WHERE school = mine.school FOR UPDATE;
        UPDATE ii.school SET base = newest + 1 - pg_current_xact_id()::text::bigint WHERE school = mine.school
            AND newest >= pg_current_xact_id()::text::bigint + base;
        SELECT * INTO mine FROM ii.school WHERE school = mine.school;
    END IF;
    top := ii._top();
    SELECT * INTO me FROM ii.person WHERE school = mine.school AND person = ii._person();
    known := (coalesce(parts[3], '') = '' OR EXISTS (SELECT FROM ii.mark WHERE school = mine.school AND mark = parts[3]))
        AND (acked = '' OR EXISTS (SELECT FROM ii.mark WHERE school = mine.school AND mark = acked));
    UPDATE ii.laptop SET seen_at = now() WHERE login = session_user::text
        AND (seen_at IS NULL OR seen_at < now() - interval '1 minute');
    RETURN jsonb_build_object('protocol', 1, 'school', mine.name, 'salt', encode(mine.salt, 'hex'), 'epoch', me.epoch::text,
        'known', known, 'person', me.person, 'co_ordinator', me.co_ordinator,
        'co_ordinators', (SELECT coalesce(jsonb_agg(person ORDER BY person), '[]') FROM ii.person
            WHERE school = mine.school AND co_ordinator),
        'more', EXISTS (SELECT FROM ii.mark WHERE school = mine.school AND at >= coalesce(nullif(parts[1], '')::bigint, 0)
            AND mark <> coalesce(parts[3], '')));
END $$;

CREATE OR REPLACE FUNCTION ii._sessions(mine int, ids text[]) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'learner', s.learner, 'practitioner', s.practitioner,
        'mentor', s.mentor, 'started_at', to_char(s.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'figures_for', s.figures_for,
        'words_for', s.words_for, 'parts', p.parts)), '[]')
    FROM ii.session s, LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'key', key, 'vid', vid, 'replaces', replaces, 'author', author,
            'body', coalesce(body, replace(encode(blob, 'base64'), E'\n', '')))), '[]') AS parts
        FROM ii.part WHERE school = s.school AND key = s.id AND kind <> 'card') p
    WHERE s.school = mine AND s.id = ANY (ids) $$;
CREATE OR REPLACE FUNCTION ii._cards(mine int, keys text[]) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'key', key, 'vid', vid, 'replaces', replaces, 'author', author,
        'body', body)), '[]')
    FROM ii.part WHERE school = mine AND key = ANY (keys) AND kind = 'card' $$;

CREATE OR REPLACE FUNCTION ii.pull(cursor text, most int) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off AS $$
DECLARE
    mine int := ii._school(); top bigint; parts text[] := string_to_array(cursor, '.');
    from_at bigint := coalesce(nullif(parts[1], '')::bigint, 0); from_n bigint := coalesce(nullif(parts[2], '')::bigint, -1);
    size int := least(greatest(most, 1), 2000); found int; last_at bigint; last_n bigint; answer jsonb; ids text[]; keys text[];
BEGIN
    PERFORM ii._known();
    top := ii._top();
    WITH changed AS (
        (SELECT at, n, 's' AS kind, id AS key FROM ii.session
            WHERE school = mine AND (at, n) > (from_at, from_n) AND at < top ORDER BY at, n LIMIT size)
        UNION ALL (SELECT at, n, CASE kind WHEN 'card' THEN 'c' ELSE 's' END, key FROM ii.part
            WHERE school = mine AND (at, n) > (from_at, from_n) AND at < top ORDER BY at, n LIMIT size)
        UNION ALL (SELECT at, n, 't', '' FROM ii.training
            WHERE school = mine AND (at, n) > (from_at, from_n) AND at < top ORDER BY at, n LIMIT size)
        UNION ALL (SELECT at, n, 'x', '' FROM ii.tombstone
            WHERE school = mine AND (at, n) > (from_at, from_n) AND at < top ORDER BY at, n LIMIT size)),
    page AS (SELECT * FROM changed ORDER BY at, n LIMIT size)
    SELECT count(*), (array_agg(at ORDER BY at DESC, n DESC))[1], (array_agg(n ORDER BY at DESC, n DESC))[1],
        coalesce(array_agg(DISTINCT key) FILTER (WHERE kind = 's'), '{}'),
        coalesce(array_agg(DISTINCT key) FILTER (WHERE kind = 'c'), '{}')
    INTO found, last_at, last_n, ids, keys FROM page;
    IF found < size THEN
        last_at := ii._end(); last_n := -1;
    END IF;
    RETURN jsonb_build_object(
        'tombstones', (SELECT coalesce(jsonb_agg(jsonb_build_object('hash', hash, 'author', author, 'wide', wide, 'mac', mac)
            ORDER BY at, n), '[]') FROM ii.tombstone
            WHERE school = mine AND (at, n) > (from_at, from_n) AND (at, n) <= (last_at, last_n)),
        'sessions', ii._sessions(mine, ids), 'cards', ii._cards(mine, keys),
        'training', (SELECT coalesce(jsonb_agg(jsonb_build_array(practitioner, what, day)), '[]') FROM ii.training
            WHERE school = mine AND (at, n) > (from_at, from_n) AND (at, n) <= (last_at, last_n)),
        'cursor', ii._cursor(last_at, last_n), 'more', found = size);
END $$;

CREATE OR REPLACE FUNCTION ii.list() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE mine int := ii._school();
BEGIN
    PERFORM ii._known();
    RETURN jsonb_build_object(
        'sessions', (SELECT coalesce(jsonb_object_agg(s.id, coalesce(p.vids, '{}')), '{}') FROM ii.session s LEFT JOIN (
            SELECT key, array_agg(vid) AS vids FROM ii.part WHERE school = mine AND kind <> 'card' GROUP BY key) p ON p.key = s.id
            WHERE s.school = mine),
        'audiences', (SELECT coalesce(jsonb_object_agg(id, jsonb_build_array(figures_for, words_for)), '{}')
            FROM ii.session WHERE school = mine),
        'cards', (SELECT coalesce(jsonb_object_agg(key, vids), '{}') FROM (
            SELECT key, array_agg(vid) AS vids FROM ii.part WHERE school = mine AND kind = 'card' GROUP BY key) c),
        'training', (SELECT coalesce(jsonb_agg(jsonb_build_array(practitioner, what, day)), '[]') FROM ii.training WHERE school = mine),
        'tombstones', (SELECT coalesce(jsonb_agg(jsonb_build_object('hash', hash, 'author', author, 'wide', wide, 'mac', mac)), '[]')
            FROM ii.tombstone WHERE school = mine),
        'cursor', ii._cursor(ii._end(), -1));
END $$;

CREATE OR REPLACE FUNCTION ii.fetch(ids text[], keys text[]) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
BEGIN
    PERFORM ii._known();
    RETURN jsonb_build_object('sessions', ii._sessions(ii._school(), ids), 'cards', ii._cards(ii._school(), keys));
END $$;

CREATE OR REPLACE FUNCTION ii.push(batch jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    mine int := ii._school(); me text := ii._person(); salt bytea; written_at bigint; stones jsonb; one record;
BEGIN
    PERFORM ii._known();
    stones := coalesce(batch->'tombstones', '[]');
    written_at := ii._at(jsonb_array_length(stones) > 0);
    SELECT s.salt INTO salt FROM ii.school s WHERE school = mine;
    IF jsonb_array_length(stones) > 0 THEN
        INSERT INTO ii.tombstone (school, hash, author, wide, mac, at)
            SELECT mine, t.hash, t.author, t.wide, t.mac, written_at
            FROM jsonb_to_recordset(stones) AS t(hash text, author text, wide boolean, mac text)
            WHERE t.mac = ii._signed(mine, t.hash, t.author, t.wide)  -- a forged one is passed over
            ON CONFLICT DO NOTHING;
        PERFORM ii._reap_hashes(salt, ARRAY(SELECT t->>'hash' FROM jsonb_array_elements(stones) t));
        PERFORM ii._note('brought back', jsonb_array_length(stones)::text);
    END IF;
    INSERT INTO ii.session (school, id, learner, practitioner, mentor, started_at, figures_for, words_for, at)
        SELECT mine, s.id, s.learner, s.practitioner, s.mentor, s.started_at,
            CASE WHEN s.practitioner = me THEN s.figures_for ELSE least(s.figures_for, 1) END,
            CASE WHEN s.practitioner = me THEN s.words_for ELSE least(s.words_for, 1) END, written_at
        FROM jsonb_to_recordset(coalesce(batch->'sessions', '[]')) AS s(id text, learner text, practitioner text, mentor text,
            started_at timestamptz, figures_for smallint, words_for smallint)
        WHERE NOT EXISTS (SELECT FROM ii.tombstone t WHERE t.school = mine AND t.wide AND t.hash = ii._hash(salt, 'learner:' || s.learner))
            AND NOT EXISTS (SELECT FROM ii.tombstone t WHERE t.school = mine AND t.hash = ii._hash(salt, 'session:' || s.id)
                AND (t.wide OR t.author = s.practitioner))
        ON CONFLICT DO NOTHING;
    INSERT INTO ii.part (school, key, kind, vid, replaces, author, body, blob, flat, learner, practitioner, mentor, started_at, audience, at)
        SELECT mine, p.key, p.kind, p.vid, p.replaces, p.author, CASE WHEN p.kind <> 'journal' THEN p.body END,
            CASE WHEN p.kind = 'journal' THEN decode(p.body, 'base64') END, p.flat,
            s.learner, s.practitioner, s.mentor, s.started_at,
            CASE p.kind WHEN 'facts' THEN 2 WHEN 'figures' THEN s.figures_for WHEN 'checklist' THEN 0 ELSE s.words_for END, written_at
        FROM jsonb_to_recordset(coalesce(batch->'parts', '[]')) AS p(key text, kind text, vid text, replaces text[], author text,
            body text, flat jsonb)
        CROSS JOIN LATERAL (SELECT * FROM ii.session WHERE school = mine AND id = p.key LIMIT 1) s
        WHERE p.kind <> 'card'
        ON CONFLICT DO NOTHING;
    INSERT INTO ii.part (school, key, kind, vid, replaces, author, body, learner, practitioner, mentor, audience, at)
        SELECT mine, p.key, 'card', p.vid, p.replaces, p.author, p.body, split_part(p.key, '/', 1), '', '', 3, written_at
        FROM jsonb_to_recordset(coalesce(batch->'cards', '[]')) AS p(key text, vid text, replaces text[], author text, body text)
        WHERE NOT EXISTS (SELECT FROM ii.tombstone t WHERE t.school = mine AND t.wide
            AND t.hash = ii._hash(salt, 'learner:' || split_part(p.key, '/', 1)))
        ON CONFLICT DO NOTHING;
    FOR one IN
        SELECT p.key, p.kind, array_agg(DISTINCT r) AS vids
        FROM jsonb_to_recordset(coalesce(batch->'parts', '[]') || coalesce(batch->'cards', '[]'))
            AS p(key text, kind text, vid text, replaces text[]), unnest(p.replaces) r
        GROUP BY 1, 2
    LOOP
        PERFORM ii._empty(one.key, one.kind, one.vids);
    END LOOP;
    -- a version that comes late, after what replaces it, is empty from the start
    FOR one IN
        SELECT p.key, p.kind, array_agg(p.vid) AS vids
        FROM jsonb_to_recordset(coalesce(batch->'parts', '[]') || coalesce(batch->'cards', '[]')) AS p(key text, kind text, vid text)
        CROSS JOIN LATERAL (SELECT FROM ii.part q WHERE q.school = mine AND q.key = p.key AND q.kind = p.kind
            AND p.vid = ANY (q.replaces) LIMIT 1) late
        GROUP BY 1, 2
    LOOP
        PERFORM ii._empty(one.key, one.kind, one.vids);
    END LOOP;
    INSERT INTO ii.training (school, practitioner, what, day, author, at)
        SELECT mine, t->>0, t->>1, (t->>2)::date, me, written_at
        FROM jsonb_array_elements(coalesce(batch->'training', '[]')) t ON CONFLICT DO NOTHING;
    RETURN jsonb_build_object(
        'mark', ii._mark(written_at),
        'sessions', (SELECT coalesce(jsonb_agg(b.id), '[]')
            FROM jsonb_to_recordset(coalesce(batch->'sessions', '[]')) AS b(id text, learner text, practitioner text, mentor text, started_at timestamptz)
            CROSS JOIN LATERAL (SELECT FROM ii.session s WHERE s.school = mine AND s.id = b.id
                AND (s.learner, s.practitioner, s.mentor, s.started_at) = (b.learner, b.practitioner, b.mentor, b.started_at) LIMIT 1) there),
        'gone', (SELECT coalesce(jsonb_agg(b.id), '[]')
            FROM jsonb_to_recordset(coalesce(batch->'sessions', '[]')) AS b(id text, learner text, practitioner text)
            WHERE ii._is_gone(mine, b.id, b.learner, b.practitioner)),
        'parts', (SELECT coalesce(jsonb_agg(b.vid), '[]')
            FROM jsonb_to_recordset(coalesce(batch->'parts', '[]') || coalesce(batch->'cards', '[]')) AS b(key text, kind text, vid text)
            CROSS JOIN LATERAL (SELECT FROM ii.part p WHERE p.school = mine AND p.key = b.key AND p.kind = b.kind AND p.vid = b.vid
                LIMIT 1) there),
        'training', (SELECT coalesce(jsonb_agg(jsonb_build_array(practitioner, what, day)), '[]') FROM ii.training t
            JOIN jsonb_array_elements(coalesce(batch->'training', '[]')) b
            ON t.school = mine AND t.practitioner = b->>0 AND t.what = b->>1 AND t.day = (b->>2)::date),
        'tombstones', (SELECT coalesce(jsonb_agg(DISTINCT t.hash), '[]') FROM ii.tombstone t
            JOIN jsonb_to_recordset(stones) AS b(hash text) ON t.school = mine AND t.hash = b.hash));
END $$;

CREATE OR REPLACE FUNCTION ii.seen(cursor text, program text) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    SELECT ii._known();
    UPDATE ii.laptop SET seen_at = now(), seen = split_part(cursor, '.', 1)::bigint, version = left(program, 32)
        WHERE login = session_user::text $$;

CREATE OR REPLACE FUNCTION ii.share(ids text[], figures int, words int) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off AS $$
DECLARE mine int := ii._school(); written_at bigint; shown jsonb;
BEGIN
    PERFORM ii._known();
    written_at := ii._at(false);
    WITH changed AS (
        UPDATE ii.session SET figures_for = coalesce(figures, figures_for), words_for = coalesce(words, words_for),
            at = written_at, n = nextval('ii.n')
        WHERE school = mine AND id = ANY (ids) RETURNING id)
    SELECT coalesce(jsonb_agg(id), '[]') INTO shown FROM changed;
    UPDATE ii.part SET audience = CASE kind WHEN 'figures' THEN coalesce(figures, audience) ELSE coalesce(words, audience) END
        WHERE school = mine AND key = ANY (ids) AND kind IN ('figures', 'words', 'journal');
    PERFORM ii._note('share', jsonb_array_length(shown) || ' figures ' || coalesce(figures::text, '-') || ' words ' || coalesce(words::text, '-'));
    RETURN jsonb_build_object('mark', ii._mark(written_at), 'sessions', shown);
END $$;

CREATE OR REPLACE FUNCTION ii._stone(what text, for_all boolean, of_learner boolean, written_at bigint) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE mine int := ii._school(); me text := ii._person(); made ii.tombstone;
BEGIN
    SELECT * INTO made FROM ii.tombstone t WHERE t.school = mine AND t.wide
        AND t.hash = (SELECT ii._hash(salt, what) FROM ii.school WHERE school = mine) LIMIT 1;
    IF made.hash IS NULL THEN
        INSERT INTO ii.tombstone (school, hash, author, wide, mac, learner, at)
            SELECT mine, h, me, for_all, ii._signed(mine, h, me, for_all), of_learner, written_at
            FROM (SELECT ii._hash(salt, what) AS h FROM ii.school WHERE school = mine) s
            ON CONFLICT DO NOTHING;
        SELECT * INTO made FROM ii.tombstone t WHERE t.school = mine
            AND t.hash = (SELECT ii._hash(salt, what) FROM ii.school WHERE school = mine) ORDER BY wide DESC, author = me DESC LIMIT 1;
    END IF;
    RETURN jsonb_build_object('hash', made.hash, 'author', made.author, 'wide', made.wide, 'mac', made.mac);
END $$;

CREATE OR REPLACE FUNCTION ii.erase(code text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE written_at bigint; made jsonb; removed int;
BEGIN
    PERFORM ii._must_co_ordinate();
    written_at := ii._at(true);
    made := ii._stone('learner:' || code, true, true, written_at);
    removed := ii._reap(code, '{}');
    PERFORM ii._note('erase', made->>'hash');
    RETURN jsonb_build_object('tombstone', made, 'removed', removed, 'mark', ii._mark(written_at));
END $$;

CREATE OR REPLACE FUNCTION ii.remove(ids text[]) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE written_at bigint; made jsonb := '[]'; one text; mine int := ii._school();
BEGIN
    PERFORM ii._known();
    written_at := ii._at(true);
    FOREACH one IN ARRAY ids LOOP
        made := made || ii._stone('session:' || one, ii._co_ordinates(), false, written_at);
    END LOOP;
    PERFORM ii._reap(NULL, ids);
    PERFORM ii._note('remove', array_length(ids, 1)::text);
    RETURN jsonb_build_object('tombstones', made, 'mark', ii._mark(written_at),
        'left', (SELECT coalesce(jsonb_agg(id), '[]') FROM ii.session WHERE school = mine AND id = ANY (ids)));
END $$;

CREATE OR REPLACE FUNCTION ii.tidy(months int) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE written_at bigint; old text[]; one text; made jsonb := '[]'; mine int := ii._school();
BEGIN
    PERFORM ii._must_co_ordinate();
    IF months IS NULL OR months < 1 THEN
        RAISE EXCEPTION 'months is 1 or more' USING ERRCODE = 'II003';
    END IF;
    written_at := ii._at(true);
    -- a laptop's clock may be wrong: what came with a time ahead, or long ago, is counted from about when it came
    SELECT coalesce(array_agg(id), '{}') INTO old FROM ii.session WHERE school = mine
        AND greatest(least(started_at, received_at), received_at - interval '60 days') < now() - make_interval(months => months);
    FOREACH one IN ARRAY old LOOP
        made := made || ii._stone('session:' || one, true, false, written_at);
    END LOOP;
    PERFORM ii._reap(NULL, old);
    PERFORM ii._note('tidy', coalesce(array_length(old, 1), 0)::text);
    RETURN jsonb_build_object('tombstones', made, 'removed', coalesce(array_length(old, 1), 0), 'mark', ii._mark(written_at));
END $$;

CREATE OR REPLACE FUNCTION ii.mentor(who text, whom text, ends boolean) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE mine int := ii._school(); changed int;
BEGIN
    PERFORM ii._must_co_ordinate();
    IF who = whom OR (SELECT count(*) FROM ii.person WHERE school = mine AND person IN (who, whom)) < 2 THEN
        RAISE EXCEPTION 'two people of the school' USING ERRCODE = 'II003';
    END IF;
    IF ends THEN
        DELETE FROM ii.mentoring WHERE school = mine AND mentor = who AND practitioner = whom;
    ELSE
        INSERT INTO ii.mentoring VALUES (mine, who, whom) ON CONFLICT DO NOTHING;
    END IF;
    GET DIAGNOSTICS changed = ROW_COUNT;
    UPDATE ii.person SET epoch = epoch + 1 WHERE school = mine AND person = who AND changed > 0;
    PERFORM ii._note(CASE WHEN ends THEN 'mentor ends' ELSE 'mentor' END, who || ' ' || whom);
    RETURN changed > 0;
END $$;

CREATE OR REPLACE FUNCTION ii.lost(which text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE changed int;
BEGIN
    PERFORM ii._must_co_ordinate();
    UPDATE ii.laptop SET ended = true WHERE school = ii._school() AND login = which;
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM ii._note('lost', which);
    RETURN changed > 0;
END $$;

-- One learner's figures over time, as far as they were lent to who asks; who sat with them is not said.
-- Whoever is no co-ordinator is looked up by whose sessions they may see: others' are not even passed over, which would take time
-- that tells of them.
CREATE OR REPLACE FUNCTION ii.trends(code text) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off AS $$
DECLARE
    mine int := ii._school(); me text := ii._person(); whose text[] := ii._person() || ii._mentees();
    every boolean := ii._co_ordinates(); found jsonb;
BEGIN
    PERFORM ii._known();
    SELECT jsonb_agg(jsonb_build_object('started_at', to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'figures', flat)
        ORDER BY started_at) INTO found
    FROM (
        SELECT started_at, flat FROM ii.part WHERE every AND school = mine AND learner = code AND kind = 'figures' AND flat IS NOT NULL
        UNION ALL
        SELECT started_at, flat FROM ii.part WHERE NOT every AND school = mine AND practitioner = ANY (whose) AND learner = code
            AND kind = 'figures' AND flat IS NOT NULL
        UNION ALL
        SELECT started_at, flat FROM ii.part WHERE NOT every AND school = mine AND mentor = me AND mentor <> '' AND learner = code
            AND NOT practitioner = ANY (whose) AND kind = 'figures' AND flat IS NOT NULL) seen;
    RETURN coalesce(found, '[]');
END $$;

CREATE OR REPLACE FUNCTION ii.roll() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE mine int := ii._school();
BEGIN
    PERFORM ii._must_co_ordinate();
    RETURN jsonb_build_object(
        'people', (SELECT jsonb_agg(jsonb_build_object('person', person, 'co_ordinator', co_ordinator) ORDER BY person)
            FROM ii.person WHERE school = mine),
        'mentoring', (SELECT coalesce(jsonb_agg(jsonb_build_array(mentor, practitioner) ORDER BY mentor, practitioner), '[]')
            FROM ii.mentoring WHERE school = mine),
        'training', (SELECT coalesce(jsonb_agg(jsonb_build_array(practitioner, what, day) ORDER BY practitioner, day), '[]')
            FROM ii.training WHERE school = mine),
        'laptops', (SELECT coalesce(jsonb_agg(jsonb_build_object('login', login, 'person', person, 'ended', ended,
            'seen_at', to_char(seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY person, login), '[]') FROM ii.laptop WHERE school = mine),
        'erasures', (SELECT coalesce(jsonb_agg(jsonb_build_object('hash', t.hash, 'author', t.author, 'made_at', to_char(t.made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'waiting', (SELECT coalesce(jsonb_agg(login ORDER BY login), '[]') FROM ii.laptop l
                WHERE l.school = mine AND NOT l.ended AND l.seen <= t.at)) ORDER BY t.made_at DESC), '[]')
            FROM ii.tombstone t WHERE t.school = mine AND t.learner));
END $$;

CREATE OR REPLACE FUNCTION ii.audit_since(since bigint) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET jit = off AS $$
BEGIN
    PERFORM ii._must_co_ordinate();
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('n', n, 'made_at', to_char(made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'person', person, 'login', login,
        'what', what, 'detail', detail) ORDER BY n), '[]')
        FROM (SELECT * FROM ii.audit WHERE school = ii._school() AND n > since ORDER BY n LIMIT 1000) a);
END $$;

DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT p.oid::regprocedure AS f FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'ii' AND p.proowner = 'ii_owner'::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one.f);
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION ii.hello(text, text), ii.pull(text, int), ii.list(), ii.fetch(text[], text[]), ii.push(jsonb),
    ii.seen(text, text), ii.share(text[], int, int), ii.erase(text), ii.remove(text[]), ii.tidy(int), ii.mentor(text, text, boolean),
    ii.lost(text), ii.trends(text), ii.roll(), ii.audit_since(bigint) TO ii_member;
REVOKE CREATE ON SCHEMA ii FROM ii_reaper, ii_window;

RESET ROLE;
REVOKE ii_owner, ii_reaper, ii_window FROM CURRENT_USER;
