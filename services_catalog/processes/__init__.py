"""What a process is made of: statuses, stages and outcomes as values, and the workflows that editors keep."""
