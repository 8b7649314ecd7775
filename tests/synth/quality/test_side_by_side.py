from concurrent.futures import ThreadPoolExecutor

import pytest

from stickdance.synth.quality.side_by_side import ahead


@pytest.mark.parametrize("workers", [0, 2])
def test_work_comes_back_in_order_and_only_a_little_is_begun_ahead(workers):
    begun = []

    def items():
        for number in range(100):
            begun.append(number)
            yield number

    pool = ThreadPoolExecutor(workers) if workers else None
    results = ahead(lambda number: number * number, items(), pool)
    assert [next(results) for _ in range(10)] == [n * n for n in range(10)]
    assert len(begun) < 20
    results.close()
    if pool:
        pool.shutdown()
