"""What people of the centre may edit: its hours and its reminders, and how such tables are read."""
