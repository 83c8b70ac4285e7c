"""Rules the database itself keeps: rows that may not be changed or removed.

Installed after every migrate, since SQLite forgets a table's triggers when a migration rebuilds it.
"""

from django.db import connections


def tables(using: str) -> set[str]:
    """The tables there are: a migrate may stop short of some apps, whose rules then wait for the next one."""
    return set(connections[using].introspection.table_names())


def forbid(using: str, table: str, event: str, sentence: str, when: str = "") -> None:
    """Make the database refuse `event` ("UPDATE" or "DELETE") on `table`, where `when` holds (of OLD).

    PostgreSQL empties a table without asking about its rows: whoever may not delete one may not do that either.
    """
    connection = connections[using]
    name = f"refuse_{event.lower()}_{table}"[:60]
    quoted = sentence.replace("'", "''")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            condition = f"WHEN {when}" if when else ""
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{quoted}'); END")
        elif connection.vendor == "postgresql":
            test = f"IF NOT ({when}) THEN RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END IF;" if when else ""
            escaped = quoted.replace("%", "%%")
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {test} RAISE EXCEPTION '{escaped}' USING ERRCODE = 'restrict_violation'; END $$"
            )
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
            if event == "DELETE":
                any_such = f"EXISTS (SELECT 1 FROM {table} AS old WHERE {when})" if when else "true"  # noqa: S608  (names and conditions of our own)
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {_emptying(name)}() RETURNS trigger LANGUAGE plpgsql AS $$\n#variable_conflict use_column\n"
                    f"BEGIN IF {any_such} THEN RAISE EXCEPTION '{escaped}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL; END $$"
                )
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {_emptying(name)} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {_emptying(name)}()"
                )


def allow_again(using: str, table: str, event: str) -> None:
    """Take such a rule away: for restoring a backup and for tests that empty the database."""
    connection = connections[using]
    name = f"refuse_{event.lower()}_{table}"[:60]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
        if event == "DELETE" and connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {_emptying(name)} ON {table}")


def _emptying(name: str) -> str:
    return f"{name}_all"[-60:]
