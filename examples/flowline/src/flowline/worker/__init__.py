"""The worker: it asks the server for runs that are due and carries them out."""
