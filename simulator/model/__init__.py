"""The market: who acts when, and what all of it rests on.

Basic principles: people buy what they need (a ledger of needs drawn before any arm), choose by nested logit among the
offers they know, and know offers by ads, by search and by what others post. What others post travels over a network as
an information cascade under limited attention; being told of an offer and being persuaded of it are two channels.
Attention, trust and the patience of friends are used up by selling. A platform is a bundle of affordances and nothing
else, so that three ways of selling differ by what is switched on, and the worth of each affordance can be counted by
switching it off.
"""
