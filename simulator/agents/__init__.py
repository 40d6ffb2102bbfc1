"""The agents: users, brands and platforms.

Objectives: users choose the offer of most worth to them among those they know and can afford, buying nothing included.
Brands spend a given budget; those that adapt move it to where orders for a yuan were most. Peer sellers sell while they
earn more than their time costs. Platforms pursue nothing: they are what they offer, and charge for it.
"""
