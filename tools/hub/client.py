"""The one door to a hub: Hugging Face's, or whichever the variable HF_ENDPOINT names.

Nothing else imports huggingface_hub. Its errors become ours here; the token, which it finds itself
(`hf auth login`, or HF_TOKEN), is never shown.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import stickdance.checkpoints.offline  # noqa: F401
from stickdance.checkpoints.errors import BadInput, MissingDependency, StickdanceError, UsageError

try:
    import huggingface_hub
    from huggingface_hub import errors
    from huggingface_hub.utils import disable_progress_bars, logging
except ModuleNotFoundError as absent:
    if absent.name != "huggingface_hub":
        raise
    raise MissingDependency(
        "huggingface_hub: is not installed; run `pip install 'stickdance[hub]'`"
    ) from None

_LONGEST = 200  # letters of a hub's answer that are shown
_LOGIN = "run `hf auth login`, or set HF_TOKEN to a token of yours"


@dataclass(frozen=True)
class Repository:
    """One repository of a hub as it is at one moment."""

    address: str
    """USER/NAME."""
    revision: str
    """The commit, so that all is fetched from the same one."""
    private: bool
    files: Mapping[str, int]
    """Bytes by name, as the hub tells them; names are whatever somebody chose."""


@dataclass(frozen=True)
class Listed:
    """A repository in a list."""

    address: str
    changed: str
    """Date, e.g. 2026-11-30; "" where it is not told."""
    downloads: int
    private: bool


class Hub:
    """What a hub is asked for."""

    def __init__(self, token_needed: bool = False) -> None:
        """Find token and address; calls nobody yet.

        Raises:
            MissingDependency: a token is needed, and there is none.
        """
        self._token = huggingface_hub.get_token()
        if token_needed and not self._token:
            raise MissingDependency(f"the hub lets nobody write without a token; {_LOGIN}")
        disable_progress_bars()  # what people see is told by the program, in its own lines
        logging.set_verbosity_error()
        self._api = huggingface_hub.HfApi(
            endpoint=os.environ.get("HF_ENDPOINT") or None, library_name="stickdance"
        )

    def look(self, address: str) -> Repository:
        """Return what a repository holds now.

        Raises:
            UsageError: no address of a repository.
            BadInput: there is none, or it is hidden from this token.
            StickdanceError: the hub cannot be reached, or refuses.
        """
        with self._answering(address):
            found = self._api.model_info(address, files_metadata=True)
        files = {each.rfilename: each.size or 0 for each in found.siblings or ()}
        return Repository(address, found.sha or "main", bool(found.private), files)

    def create(self, address: str, private: bool) -> None:
        """Make a repository where there is none; one that exists stays as it is.

        Raises:
            UsageError, MissingDependency, StickdanceError: as `look`; the token may not write.
        """
        with self._answering(address):
            self._api.create_repo(address, private=private, exist_ok=True)

    def commit(
        self, address: str, files: Mapping[str, Path | bytes], gone: Iterable[str], message: str
    ) -> str:
        """Put files into a repository in one commit, take others out, and return its address.

        Args:
            address: of the repository.
            files: paths, or contents, by their names there.
            gone: names of files there that are to go.
            message: what the commit says.

        Raises:
            UsageError, BadInput, MissingDependency, StickdanceError: as `look`.
        """
        added = [
            huggingface_hub.CommitOperationAdd(name, file) for name, file in files.items()
        ]  # fmt: skip
        deleted = [huggingface_hub.CommitOperationDelete(name) for name in gone]
        with self._answering(address):
            self._api.create_commit(address, [*added, *deleted], commit_message=message)
        return f"{self._api.endpoint}/{address}"

    def fetch(self, repository: Repository, names: Iterable[str], folder: Path) -> None:
        """Write files of a repository into a folder, under their names.

        Args:
            repository: as it was looked at.
            names: of files; letters that stand for others in patterns must have been refused.
            folder: an empty one; huggingface_hub keeps notes of its own in its `.cache`.

        Raises:
            UsageError, BadInput, MissingDependency, StickdanceError: as `look`.
        """
        with self._answering(repository.address):
            self._api.snapshot_download(
                repository.address,
                revision=repository.revision,
                local_dir=folder,
                allow_patterns=list(names),
            )

    def search(self, tag: str, author: str | None, limit: int) -> list[Listed]:
        """Return repositories that carry a tag, those changed last first.

        Raises:
            StickdanceError: as `look`.
        """
        with self._answering(author or tag):
            found = self._api.list_models(
                filter=tag, author=author, sort="last_modified", limit=limit, full=True
            )
            return [
                Listed(
                    each.id,
                    each.last_modified.date().isoformat() if each.last_modified else "",
                    each.downloads or 0,
                    bool(each.private),
                )
                for each in found
            ]

    @contextmanager
    def _answering(self, address: str) -> Iterator[None]:
        """Turn what huggingface_hub raises into one of our lines."""
        try:
            yield
        except errors.HFValidationError as error:
            raise UsageError(f"{address!r:.80}: expected USER/NAME; {self._told(error)}") from None
        except errors.RepositoryNotFoundError:
            raise BadInput(
                f"{address}: the hub shows no such repository; look at the name, and if it is "
                f"private or gated {_LOGIN}"
            ) from None
        except errors.HfHubHTTPError as error:
            raise self._refused(address, error) from None
        except ValueError as error:  # a card that it refuses, an answer that is no JSON
            raise StickdanceError(
                f"{address}: the hub at {self._api.endpoint} answered what is not understood "
                f"({self._told(error)})"
            ) from None
        except (errors.HTTPError, errors.LocalEntryNotFoundError, ConnectionError) as error:
            raise StickdanceError(
                f"{address}: the hub at {self._api.endpoint} could not be reached "
                f"({self._told(error)}); try again later"
            ) from None

    def _refused(self, address: str, error: errors.HfHubHTTPError) -> StickdanceError:
        if error.response.status_code in (401, 403):
            return MissingDependency(
                f"{address}: the token may not do this ({self._told(error)}); {_LOGIN} that may"
            )
        return StickdanceError(f"{address}: the hub refused ({self._told(error)})")

    def _told(self, error: BaseException) -> str:
        told = " ".join(str(error).split()) or type(error).__name__
        return (told.replace(self._token, "***") if self._token else told)[:_LONGEST]
