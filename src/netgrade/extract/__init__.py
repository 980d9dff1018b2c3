"""Extract: run student code once, in the sandbox, and note what it asks for. The only place where it runs."""
