import pytest
from numba.core.caching import CompileResultCacheImpl

from stickdance.capture.media.jit import compiled, compiled_fast


def twice(number):
    return 2 * number


@pytest.mark.parametrize("how", [compiled, compiled_fast])
@pytest.mark.parametrize("writable", [True, False])
def test_it_is_compiled_where_no_cache_can_be_written_too(how, writable, monkeypatch):
    if not writable:
        monkeypatch.setattr(CompileResultCacheImpl, "_locator_classes", [])
    doubled = how(twice)
    assert doubled(21) == 42
    assert bool(doubled.stats.cache_path) == writable
