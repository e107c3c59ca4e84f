"""What a process is made of: statuses, stages and outcomes. Pure values: no database, no person."""
