"""Computers of a room, as they measure themselves: one that is good in everything, and any at all."""

from hypothesis import strategies as st

from exam_server.domain.measures import (
    FAMILIES,
    FASTEST_KBITS,
    LARGEST_OFFSET_MS,
    LARGEST_SIDE,
    LARGEST_ZOOM,
    LONGEST_TRIP_MS,
    Feature,
    Measures,
    Sound,
    Storage,
    Voice,
)

A_GOOD_COMPUTER = Measures(
    browser="firefox",
    missing=(),
    socket=True,
    clock_offset_ms=40,
    latency_ms=12,
    worst_ms=55,
    down_kbits=24_000,
    up_kbits=9_000,
    width=1_366,
    height=657,
    screen_width=1_366,
    screen_height=768,
    zoom=100,
    storage=Storage.KEPT,
    sound=Sound.NOT_NEEDED,
    voice=Voice.FRENCH,
)


def measures() -> st.SearchStrategy[Measures]:
    """Whatever a computer may say."""
    trips = st.none() | st.integers(0, LONGEST_TRIP_MS)
    speeds = st.none() | st.integers(0, FASTEST_KBITS)
    sides = st.integers(1, LARGEST_SIDE)
    return st.builds(
        Measures,
        browser=st.sampled_from(sorted(FAMILIES)),
        missing=st.sets(st.sampled_from(Feature)).map(
            lambda some: tuple(one for one in Feature if one in some)
        ),
        socket=st.booleans(),
        clock_offset_ms=st.none() | st.integers(-LARGEST_OFFSET_MS, LARGEST_OFFSET_MS),
        latency_ms=trips,
        worst_ms=trips,
        down_kbits=speeds,
        up_kbits=speeds,
        width=sides,
        height=sides,
        screen_width=sides,
        screen_height=sides,
        zoom=st.integers(1, LARGEST_ZOOM),
        storage=st.sampled_from(Storage),
        sound=st.sampled_from(Sound),
        voice=st.sampled_from(Voice),
    )
