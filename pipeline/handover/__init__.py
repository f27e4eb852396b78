"""What goes to people: replies to speakers, mail, the moderator's sheet; without it a producer
would write twelve mails by hand on the last evening.
"""
