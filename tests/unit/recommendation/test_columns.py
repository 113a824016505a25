"""Columns grow as they must, short ones and those with pages of their own."""

import os

import numpy as np
import psutil
import pytest

from services.recommendation.columns import LONG, Column


@pytest.mark.parametrize("width", [0, 3])
def test_rows_stay_and_new_ones_are_zero(width: int) -> None:
    column, known = Column(np.uint32, width), 0
    while column.rows.nbytes < 4 * LONG:
        assert not column.rows[known:].any()
        column.rows[known:] = np.arange(known, len(column.rows), dtype=np.uint32).reshape(-1, *[1] * bool(width))
        known = len(column.rows)
        column.reach(known + 1)
        assert len(column.rows) > known
        assert (column.rows[:known].reshape(known, -1) == np.arange(known)[:, None]).all()


def test_what_is_not_used_takes_no_memory() -> None:
    column, before = Column(np.uint64), _resident()
    column.reach(1 << 25)
    assert _resident() - before < 1 << 20
    column.rows[: 1 << 20] = 1
    assert _resident() - before > 1 << 22


def test_a_forked_process_sees_it_as_it_was() -> None:
    """So that a snapshot is of one moment, though the work goes on."""
    column = Column(np.uint64)
    column.reach(LONG)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(read, 1)
        os._exit(int(column.rows[7]))
    column.rows[7] = 5
    os.write(write, b"x")
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    os.close(read)
    os.close(write)


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)
