"""Events of two jobs never mix, whatever order they come in."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.worker.lane import Lane


def test_second_waits_for_the_first_to_leave() -> None:
    told: list[str] = []
    lane = Lane()
    first, second = lane.enter(), lane.enter()
    second.tell(partial(told.append, "b1"))
    first.tell(partial(told.append, "a1"))
    second.leave()
    third = lane.enter()
    third.tell(partial(told.append, "c1"))
    assert told == ["a1"]
    first.leave()
    third.tell(partial(told.append, "c2"))
    assert told == ["a1", "b1", "c1", "c2"]


@given(st.data())
def test_every_job_is_told_whole_in_its_turn(data) -> None:
    lane, told, turns, count = Lane(), [], [], 0
    running: list[int] = []
    for _ in range(data.draw(st.integers(1, 60))):
        action = data.draw(st.sampled_from(["enter", "tell", "leave"]))
        if action == "enter" or not running:
            running.append(len(turns))
            turns.append(lane.enter())
            continue
        which = data.draw(st.sampled_from(running))
        if action == "tell":
            turns[which].tell(partial(told.append, (which, count)))
            count += 1
        else:
            running.remove(which)
            turns[which].leave()
    for which in running:
        turns[which].leave()
    assert len(told) == count
    assert told == sorted(told)


def test_what_may_be_lost_is_left_out_where_too_much_waits() -> None:
    told: list[int] = []
    lane = Lane()
    first, second = lane.enter(), lane.enter()
    for number in range(5000):
        second.tell(partial(told.append, number), lossy=True)
    second.tell(partial(told.append, -1))
    first.leave()
    assert told == [*range(100), -1]
