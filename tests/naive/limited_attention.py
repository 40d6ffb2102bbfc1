"""Memes on queues of limited length in plain Python."""

from tests.naive.rng import key_hash, unit

MEME = 149
ORDER, ACTIVE, INNOVATE, PICK = 0, 1, 2, 3


def limited_attention(followers, keys, length, innovation, activity, ticks, seed, replication):
    """List of memes [born, last, author, posts]; `innovation` and `activity` are functions of a row."""
    held, memes = {row: [] for row in followers}, []
    for now in range(1, ticks + 1):

        def draw(row, what, now=now):
            return key_hash(seed, MEME, replication, now, keys[row], what)

        active = [row for row in followers if unit(draw(row, ACTIVE)) < activity(row)]
        for row in sorted(active, key=lambda w: draw(w, ORDER)):
            if unit(draw(row, INNOVATE)) < innovation(row):
                meme = len(memes)
                memes.append([now, now, row, 0])
            elif held[row]:
                meme = held[row][int(unit(draw(row, PICK)) * len(held[row]))]
            else:
                continue
            memes[meme][1] = now
            memes[meme][3] += 1
            for follower in followers[row]:
                held[follower] = [meme, *held[follower]][:length]
    return memes
