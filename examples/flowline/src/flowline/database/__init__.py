"""The database: its tables, and the engine that reaches it."""
