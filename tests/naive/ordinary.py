"""Followed ordinary posts, one user and one copy at a time: what `simulator.kernels.ordinary` must give."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np

from simulator.kernels import decisions, rng
from simulator.model.calendar import HOURLY
from tests.naive.rng import absorb, key_hash, unit, unit_open


@dataclass(eq=False)
class Post:
    key: int
    root: "Post | None"
    parent: int
    author: int
    minute: int
    depth: int
    quality: np.float32
    exposures: int = 0
    visible: int = 0
    seen_by: dict = field(default_factory=lambda: defaultdict(int))
    reposters: set = field(default_factory=set)

    @property
    def origin(self):
        return self.root or self


@dataclass(eq=False)
class Copy:
    post: Post
    offered: bool = False
    seen: bool = False


class Twin:
    """A whole run. Users are stored in order of key; `followers(row)` lists who sees a user's posts."""

    def __init__(self, seed, affordances, followers, inflow, credibility, calendar):
        self.seed, self.calendar, self.followers, self.credibility = seed, calendar, followers, credibility
        self.own, self.repost = affordances.ordinary_posts, affordances.repost
        self.depth = affordances.feed.scroll_depth
        self.n = inflow.size
        self.inflow = inflow
        self.inbox = [[] for _ in range(self.n)]
        self.life = round(self.own.life_hours * 60)
        self.posts, self.waiting, self.today = [], [], []
        self.dose = defaultdict(lambda: [0, 0])
        self.counts = []

    def hash(self, decision, *words):
        return key_hash(self.seed, getattr(decisions, f"ORDINARY_{decision}"), *words)

    def rate(self, user):
        if unit(self.hash("EMPTY", user)) < self.own.empty_share:
            return 0.0
        power = self.own.follower_power
        mean = math.fsum(math.pow(1 + len(self.followers(row)), power) for row in range(self.n)) / self.n
        draw = rng.gamma(np.uint64(self.hash("RATE", user)), self.own.shape)
        return draw / self.own.shape * self.own.per_day * math.pow(1 + len(self.followers(user)), power) / mean

    def write(self, day, rates):
        """The originals of a day; all are counted, a sample is followed."""
        hours = list(accumulate(HOURLY))
        hours = [0.0] + [h / hours[-1] for h in hours]
        counts = []
        for user, rate in enumerate(rates):
            mean, h = rate * self.calendar.weekday_factor(day), self.hash("POST", user, day)
            counts.append(int(rng.poisson(np.uint64(absorb(h, 0)), mean)) if mean else 0)
            for key in (absorb(h, i + 1) for i in range(counts[-1])):
                if unit(self.hash("SAMPLE", key)) < self.own.share:
                    u = unit(absorb(key, 1))
                    tick = max(i for i, begin in enumerate(hours[:-1]) if begin <= u)
                    within = (u - hours[tick]) / (hours[tick + 1] - hours[tick])
                    minute = day * 1440 + min(int((tick + within) * 60), 1439)
                    z = float(rng.normal(np.uint64(self.hash("QUALITY", key))))
                    quality = np.float32(min(5.0, math.exp(self.repost.quality_sd * z)))
                    self.today.append(Post(key, None, 0, user, minute, 0, quality))
        self.counts.append(counts)

    def tick(self, start, visits):
        """One tick from minute `start`; visits are (user, minute) by user and then minute."""
        end = start + self.calendar.tick_minutes
        due = [post for post in self.today if post.minute < end]
        self.today = [post for post in self.today if post.minute >= end]
        for batch in (self.waiting, due):
            for post in sorted(batch, key=lambda post: (post.minute, post.key)):
                post.visible = max(post.minute, start)
                self.posts.append(post)
                for row in self.followers(post.author):
                    self.inbox[row].insert(0, Copy(post))
        self.waiting = []
        for user, minute in visits:
            there = [c for c in self.inbox[user] if c.post.visible <= minute and not c.seen]
            shown = [c for c in there if not c.offered and minute - c.post.visible <= self.shown(user, c.post)]
            late = [c for c in there if c not in shown and self.found_late(user, c.post, minute)]
            for copy in there:
                copy.offered = True
            for copy in shown + late:
                copy.seen = True
                self.meet(user, copy.post, minute, end)
            self.inbox[user] = [c for c in self.inbox[user] if not c.seen]

    def shown(self, user, post):
        """Age up to which the feed shows the copy, minutes."""
        window = np.float32(np.inf)
        if self.inflow[user] > 0:
            window = np.float32(1440 * self.depth / np.float64(self.inflow[user]))
        draw = -math.log(unit_open(self.hash("SEE", post.key, user)))
        return int(min(float(window) * draw, self.life))

    def found_late(self, user, post, minute):
        h = self.hash("LATE", post.key, user)
        shortest, longest = self.own.late_shortest_hours * 60.0, self.own.late_longest_hours * 60.0
        delay = int(shortest * math.pow(longest / shortest, unit(absorb(h, 1))))
        return unit(h) < self.own.late_share and delay <= minute - post.visible <= self.life

    def meet(self, user, post, minute, end):
        root = post.origin
        if user == root.author or user in root.reposters:
            return
        root.seen_by[user] += 1
        m = root.seen_by[user]
        dose = {1: 1.0, 2: self.repost.dose_2, 3: self.repost.dose_3}.get(m, self.repost.dose_4)
        told = self.dose[root.key, min(m, 4)]
        told[0] += 1
        base = np.float32(self.own.hazard * self.repost.strength)
        hazard = float(base * post.quality * self.credibility[post.author])
        if unit(self.hash("REPOST", post.key, user)) >= 1.0 - math.exp(-hazard * dose):
            return
        told[1] += 1
        root.reposters.add(user)
        original = unit(self.hash("CREDIT", root.key, user)) < self.repost.credit_original
        at = minute + int(unit(self.hash("REPOST_MINUTE", root.key, user)) * (end - minute))
        parent, depth = (root.key, 1) if original else (post.key, post.depth + 1)
        made = Post(absorb(root.key, user), root, parent, user, at, depth, post.quality, min(m, 14))
        self.waiting.append(made)

    def run(self, days, visits_of):
        """All ticks; `visits_of(tick)` lists the visits of one."""
        rates = [self.rate(user) for user in range(self.n)]
        for tick in range(days * self.calendar.ticks_per_day):
            day, in_day = divmod(tick, self.calendar.ticks_per_day)
            if in_day == 0:
                self.write(day, rates)
            self.tick(tick * self.calendar.tick_minutes, visits_of(tick))
        self.posts += self.waiting
        return sorted(self.posts, key=lambda post: (post.minute, post.key))
