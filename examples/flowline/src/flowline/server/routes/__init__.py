"""The routes below ``/api``, one module for each kind of thing."""
