"""Market simulator.

Purpose: to find out whether, when and why selling on a social network works. The same people, with the same needs,
money and luck, are sold to through a traditional shop (strangers' reviews, search, ads), through private circles
(close friends, peer sellers, fatigue) and through an open public feed (reposts, opinion leaders, ads in the feed).
What campaigns and single affordances of a platform add is told by runs that differ in nothing else, with intervals, and
with a plain word where the runs cannot tell. It explains and compares; it does not forecast any company's sales.
"""
