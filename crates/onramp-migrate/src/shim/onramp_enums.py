"""Enumerations of PostgreSQL, which Alembic's comparison passes over, in the operations that it found.

A type that a revision needs and the database lacks is created first and dropped last on the way back, one that loses its
last column is dropped, and one whose labels became more gets them. What a project does about a type itself stays its
own: with a hook, with a rendering of its own, or with a package that is made for it.
"""

import re
import sys

_PACKAGES = ("alembic_postgresql_enum",)

_LABELS = """
SELECT n.nspname, t.typname, e.enumlabel
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
ORDER BY n.nspname, t.typname, e.enumsortorder
"""

# Columns of tables, and what else holds on to a type, which has no column's name.
_USERS = """
SELECT n.nspname, t.typname, cn.nspname, c.relname, a.attname, a.atttypid <> t.oid, pg_get_expr(d.adbin, d.adrelid)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_attribute a ON a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
JOIN pg_namespace cn ON cn.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE t.typtype = 'e'
UNION ALL
SELECT n.nspname, t.typname, NULL, NULL, NULL, FALSE, NULL
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_depend p ON p.refclassid = 'pg_type'::regclass AND p.refobjid IN (t.oid, t.typarray)
WHERE t.typtype = 'e' AND p.deptype <> 'i' AND p.classid IN ('pg_proc'::regclass, 'pg_rewrite'::regclass, 'pg_type'::regclass)
UNION ALL
SELECT n.nspname, t.typname, NULL, NULL, NULL, FALSE, NULL
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_attribute a ON a.atttypid IN (t.oid, t.typarray) JOIN pg_class c ON c.oid = a.attrelid
WHERE t.typtype = 'e' AND c.relkind NOT IN ('r', 'p', 'f', 'i', 'I')
ORDER BY 1, 2, 3, 4, 5
"""


def complete(revision_context, operations):
    """`operations` lists the leaves of containers, as pairs with the list that each stands in."""
    autogen = revision_context._last_autogen_context
    if autogen.dialect.name != "postgresql" or any(package in sys.modules for package in _PACKAGES):
        return
    scripts = revision_context.generated_revisions
    if not scripts or autogen.connection is None:
        return
    _Completion(autogen, scripts, operations).run()


class _Completion:
    def __init__(self, autogen, scripts, operations):
        self.autogen = autogen
        self.dialect = autogen.dialect
        self.quote = autogen.dialect.identifier_preparer.quote
        self.default_schema = autogen.dialect.default_schema_name or "public"
        self.project_renders = autogen.opts.get("render_item")
        self.up = [container for script in scripts for container in script.upgrade_ops_list]
        self.down = [container for script in scripts for container in script.downgrade_ops_list]
        self.leaves = [operation for operation, _ in operations(self.up)]
        self.leaves_down = [operation for operation, _ in operations(self.down)]
        self.schemas = self._schemas()
        self.models = self._of_models()
        self.labels, self.users = self._read()

    def run(self):
        wanted, implied = self._needed(self.leaves)
        back, _ = self._needed(self.leaves_down)
        named = {**back, **self.models, **wanted}
        alone = {key for key in named if self._is_the_projects_matter(key)}
        # A type that a rendering of the project's own creates with its table.
        theirs = alone | implied
        self._render_without_creating(theirs)
        first, last, first_back, last_back = [], [], [], []
        for key, labels in wanted.items():
            if key not in self.labels and key not in alone:
                if key not in implied:
                    first.append(self._create(key, labels))
                last_back.insert(0, "DROP TYPE " + self._name(key))
        for key in self._left_without_columns(named):
            last.append("DROP TYPE " + self._name(key))
            first_back.insert(0, self._create(key, self.labels[key]))
        for key, labels in self.models.items():
            added = self._added(key, labels) if key not in alone else []
            if added:
                first += added
                last_back += self._without(key)
        if self.up and self.down:
            self.up[0].ops[:0] = self._statements(first)
            self.up[-1].ops += self._statements(last)
            self.down[0].ops[:0] = self._statements(first_back)
            self.down[-1].ops += self._statements(last_back)

    def _read(self):
        """The labels of each type in the database, and its columns: schema, table, column, whether of arrays, default."""
        from sqlalchemy import text

        labels, users = {}, {}
        for schema, name, label in self.autogen.connection.execute(text(_LABELS)):
            labels.setdefault((schema, name), []).append(label)
        for row in self.autogen.connection.execute(text(_USERS)):
            users.setdefault((row[0], row[1]), []).append(tuple(row[2:]))
        return labels, users

    def _enumeration(self, type_):
        """The server's enumeration that the type is, or is an array of."""
        from sqlalchemy.dialects import postgresql
        from sqlalchemy.types import ARRAY

        try:
            found = type_._unwrapped_dialect_impl(self.dialect)
        except Exception:
            # A type of the project's own that is none on this server.
            return None
        if isinstance(found, ARRAY):
            return self._enumeration(found.item_type)
        return found if isinstance(found, postgresql.ENUM) and found.name else None

    def _key(self, enumeration, table_schema):
        schema = enumeration.schema or (table_schema if getattr(enumeration, "inherit_schema", False) else None)
        return (schema or self.default_schema, str(enumeration.name))

    def _uses(self, leaves):
        """Each use of an enumeration in operations: the operation, the type as it stands there, and the server's."""
        from alembic.operations import ops

        for operation in leaves:
            if isinstance(operation, ops.CreateTableOp):
                types = [getattr(column, "type", None) for column in operation.columns]
            elif isinstance(operation, ops.AddColumnOp):
                types = [operation.column.type]
            elif isinstance(operation, ops.AlterColumnOp):
                types = [operation.modify_type or None]
            else:
                continue
            for type_ in types:
                enumeration = self._enumeration(type_) if type_ is not None else None
                if enumeration is not None:
                    yield operation, type_, enumeration

    def _needed(self, leaves):
        """The types that operations use, with their labels, and those that are created as a matter of course where the
        table is, because the project has its own way to write them."""
        from alembic.operations import ops

        needed, implied = {}, set()
        for operation, type_, enumeration in self._uses(leaves):
            key = self._key(enumeration, getattr(operation, "schema", None))
            needed.setdefault(key, list(enumeration.enums))
            if isinstance(operation, ops.CreateTableOp) and not self._is_ours_to_write(type_):
                implied.add(key)
        return needed, implied

    def _schemas(self):
        """The schemas of types that take theirs from a table, by the types' names."""
        schemas = {}
        for operation, _, enumeration in self._uses(self.leaves + self.leaves_down):
            key = self._key(enumeration, getattr(operation, "schema", None))
            schemas.setdefault(key[1], set()).add(key[0])
        return schemas

    def _is_ours_to_write(self, type_):
        from sqlalchemy.types import ARRAY, Enum

        if isinstance(type_, ARRAY):
            return self._is_ours_to_write(type_.item_type)
        if not isinstance(type_, Enum):
            return False
        if getattr(type_, "inherit_schema", False) and len(self.schemas.get(str(type_.name), ())) > 1:
            # Whoever writes it does not know the table.
            return False
        render = self.project_renders
        return not render or render("type", type_, self.autogen) is False

    def _of_models(self):
        """The types of the models' columns with their labels, as far as columns agree on them."""
        metadata = self.autogen.metadata
        found, disputed = {}, set()
        for one in metadata if isinstance(metadata, (list, tuple)) else [metadata]:
            for table in one.tables.values() if one is not None else []:
                if not self.autogen.run_object_filters(table, table.name, "table", False, None):
                    continue
                for column in table.columns:
                    enumeration = self._enumeration(column.type)
                    if enumeration is None:
                        continue
                    key, labels = self._key(enumeration, table.schema), list(enumeration.enums)
                    if found.setdefault(key, labels) != labels:
                        disputed.add(key)
                    if not getattr(enumeration, "create_type", True):
                        # The project says that it makes this one itself.
                        disputed.add(key)
        self.disputed = disputed
        return found

    def _is_the_projects_matter(self, key):
        """Whether a statement of the project's own is about the type, or its models say that they do not create it."""
        from alembic.autogenerate import render
        from alembic.operations import ops

        word = re.compile(r"\b" + re.escape(key[1]) + r"\b")
        about_tables = (
            ops.CreateTableOp, ops.DropTableOp, ops.AlterTableOp, ops.AddConstraintOp, ops.DropConstraintOp,
            ops.CreateIndexOp, ops.DropIndexOp,
        )  # fmt: skip
        for operation in self.leaves + self.leaves_down:
            if isinstance(operation, about_tables):
                continue
            try:
                text = "\n".join(render.render_op(self.autogen, operation))
            except Exception:
                text = repr(vars(operation))
            if word.search(text):
                return True
        return key in self.disputed

    def _render_without_creating(self, theirs):
        """Has types written so that neither a table nor a column creates them. The models' own types stay as they are."""
        from sqlalchemy.types import Enum

        project_renders = self.project_renders

        def render_item(kind, item, autogen):
            if project_renders:
                text = project_renders(kind, item, autogen)
                if text is not False:
                    return text
            enumeration = self._enumeration(item) if kind == "type" and isinstance(item, Enum) else None
            if enumeration is None or not self._is_ours_to_write(item):
                return False
            schemas = self.schemas.get(str(enumeration.name), {self.default_schema})
            inherits = getattr(enumeration, "inherit_schema", False) and not enumeration.schema
            key = (min(schemas), str(enumeration.name)) if inherits else self._key(enumeration, None)
            if key in theirs:
                return False
            autogen.imports.add("from sqlalchemy.dialects import postgresql")
            words = [repr(label) for label in enumeration.enums] + ["name=%r" % str(enumeration.name)]
            if enumeration.schema or key[0] != self.default_schema:
                words.append("schema=%r" % key[0])
            return "postgresql.ENUM(%s, create_type=False)" % ", ".join(words)

        self.autogen.opts = dict(self.autogen.opts, render_item=render_item)

    def _left_without_columns(self, named):
        """The types whose columns all go, and that no model has."""
        from alembic.operations import ops

        tables, columns = set(), set()
        for operation in self.leaves:
            table = (getattr(operation, "schema", None) or self.default_schema, getattr(operation, "table_name", None))
            if isinstance(operation, ops.DropTableOp):
                tables.add(table)
            elif isinstance(operation, ops.DropColumnOp):
                columns.add(table + (operation.column_name,))
            elif isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None:
                columns.add(table + (operation.column_name,))
        wanted = set(self.models) | set(self._needed(self.leaves)[0])
        goes = lambda user: user[:2] in tables or user[:3] in columns
        return [
            key
            for key, users in sorted(self.users.items())
            if key not in wanted and all(goes(user) for user in users)
            if not (key in named and self._is_the_projects_matter(key))
        ]

    def _added(self, key, labels):
        """The statements that add the labels which the database lacks; none where it has others that would have to go."""
        known = self.labels.get(key)
        if known is None or any(label not in labels for label in known):
            return []
        statements = []
        for index, label in enumerate(labels):
            if label in known:
                continue
            place = ""
            if any(later in known for later in labels[index + 1 :]):
                place = " AFTER " + _literal(labels[index - 1]) if index else " BEFORE " + _literal(known[0])
            statements.append("ALTER TYPE %s ADD VALUE %s%s" % (self._name(key), _literal(label), place))
        return statements

    def _without(self, key):
        """The statements that bring a type's labels of today back: a server cannot take one away."""
        name, aside = self._name(key), key[1] + "_old"
        statements = ["ALTER TYPE %s RENAME TO %s" % (name, self.quote(aside)), self._create(key, self.labels[key])]
        for schema, table, column, is_array, default in self.users.get(key, []):
            if column is None:
                continue
            where = "ALTER TABLE %s ALTER COLUMN %s" % (self._name((schema, table)), self.quote(column))
            array = "[]" if is_array else ""
            if default:
                statements.append(where + " DROP DEFAULT")
            change = " TYPE {name}{array} USING {column}::text{array}::{name}{array}"
            statements.append(where + change.format(name=name, array=array, column=self.quote(column)))
            if default:
                statements.append(where + " SET DEFAULT " + default)
        return statements + ["DROP TYPE " + self._name((key[0], aside))]

    def _create(self, key, labels):
        return "CREATE TYPE %s AS ENUM (%s)" % (self._name(key), ", ".join(_literal(label) for label in labels))

    def _name(self, key):
        schema, name = key
        return self.quote(name) if schema == self.default_schema else self.quote(schema) + "." + self.quote(name)

    def _statements(self, texts):
        from alembic.operations import ops

        # A colon before a word would stand for a parameter.
        return [ops.ExecuteSQLOp(re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", text)) for text in texts]


def _literal(label):
    return "'" + label.replace("'", "''") + "'"
