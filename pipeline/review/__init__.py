"""The local page on which a producer watches, corrects and approves."""
