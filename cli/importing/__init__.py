"""import: one module what is told, one the services, one the group of commands."""
