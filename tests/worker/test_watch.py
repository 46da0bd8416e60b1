"""Judgements on workers, by a clock that the test turns."""

from dgx_pixels.core.limits import HANG_SECONDS, WORKER_START_SECONDS
from dgx_pixels.worker.watch import LOOK_SECONDS, Crashes, Watch


def watched(watch: Watch, start: float, end: float, run: int | None) -> float:
    """Looks as often as it is to be done."""
    while start < end:
        start += LOOK_SECONDS
        watch.look(start, run)
    return start


def test_silence_is_a_hang_once_it_has_spoken() -> None:
    watch = Watch(60.0, 0.0)
    now = watched(watch, 0.0, WORKER_START_SECONDS - 1, None)
    assert not watch.hung(now)
    watch.beat(now, 0, HANG_SECONDS)
    assert not watch.hung(watched(watch, now, now + HANG_SECONDS - LOOK_SECONDS, None))
    assert watch.hung(watched(watch, now, now + HANG_SECONDS + LOOK_SECONDS, None))


def test_worker_may_ask_for_patience() -> None:
    watch = Watch(60.0, 0.0)
    watch.beat(0.0, 0, 120.0)
    now = watched(watch, 0.0, 100.0, None)
    assert not watch.hung(now)
    watch.beat(now, 0, HANG_SECONDS)
    assert watch.hung(watched(watch, now, now + HANG_SECONDS + LOOK_SECONDS, None))


def test_beats_without_steps_are_a_stuck_job_but_only_while_there_is_one() -> None:
    watch = Watch(10.0, 0.0)
    now = watched(watch, 0.0, 100.0, None)
    assert not watch.stuck(now)
    now = watched(watch, now, now + 9.0, 1)
    assert not watch.stuck(now)
    watch.beat(now, 1, HANG_SECONDS)
    now = watched(watch, now, now + 9.0, 1)
    assert not watch.stuck(now)
    now = watched(watch, now, now + 9.0, 2)
    assert not watch.stuck(now), "the next run starts anew"
    watch.beat(now, 1, HANG_SECONDS)
    assert watch.stuck(watched(watch, now, now + 11.0, 2))


def test_sleep_of_this_process_counts_against_nobody() -> None:
    watch = Watch(10.0, 0.0)
    watch.beat(0.0, 1, HANG_SECONDS)
    watch.look(LOOK_SECONDS, 1)
    watch.look(1000.0, 1)
    assert not watch.hung(1000.0)
    assert not watch.stuck(1000.0)


def test_pauses_double_up_to_half_a_minute_and_start_anew_after_a_good_job() -> None:
    crashes = Crashes()
    assert crashes.pause == 0
    pauses = []
    for _ in range(9):
        crashes.crashed(0.0, idle=False)
        pauses.append(crashes.pause)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    crashes.went_well()
    assert crashes.pause == 0


def test_five_crashes_in_a_minute_without_a_job_are_hopeless_until_one_comes_up() -> None:
    crashes = Crashes()
    for second in range(4):
        crashes.crashed(float(second), idle=True)
    crashes.crashed(5.0, idle=False)
    assert not crashes.hopeless
    crashes.crashed(6.0, idle=True)
    assert crashes.hopeless
    crashes.came_up()
    assert not crashes.hopeless
    slow = Crashes()
    for minute in range(20):
        slow.crashed(minute * 16.0, idle=True)
    assert not slow.hopeless
