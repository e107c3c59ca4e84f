"""Appointments: calendars, their slots, and who holds one. Others use `booking`; `port` answers to forms."""
