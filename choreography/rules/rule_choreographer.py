"""The choreographer that chooses named actions by rules, or dances an edited plan exactly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import Repertoire
from stickdance.choreography.actions.own import repertoire_with
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.choreography.choreographer import Danced, FrameTimes, Song
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.action_provenance import check_origins, used_origins
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan_to_poses.joints_3d import plan_in_picture, plan_in_space
from stickdance.choreography.rules.action_familiarity import familiarity
from stickdance.choreography.rules.choose_steps import choose_steps
from stickdance.choreography.song_to_plan import Choose, plan_song

_NAMED = 4  # gaps of a plan that are told


@dataclass(frozen=True)
class RuleChoreographer:
    """Dances with named actions."""

    options: ChoreographyOptions
    body: BodyProfile
    repertoire: Repertoire
    edited: Choreography | None
    """The plan that is danced instead of one that is chosen."""

    @property
    def about(self) -> Mapping[str, str]:
        """Return the style, where steps are chosen."""
        if self.edited is not None:
            return {}
        return {"style": f"{self.options.style}: {self.options.chosen_style.describe()}"}

    def dance(self, song: Song, frames: FrameTimes) -> Danced:
        """Return the dance of a plan of actions; see `Choreographer`."""
        return self.danced(self.plan_of(song, lambda: self.choose), song, frames)

    def plan_of(self, song: Song, choose: Callable[[], Choose]) -> Choreography:
        """Return the edited plan, or the one that what `choose` returns chooses for a song."""
        plan = self.edited or plan_song(song, self.options, choose())
        return replace(
            plan,
            transitions=self.options.transitions or plan.transitions,
            actions=used_origins(plan.steps, self.repertoire),
        )

    def danced(self, plan: Choreography, song: Song, frames: FrameTimes) -> Danced:
        """Return the dance of a plan whose steps are all named actions."""
        dancer = body_from_profile(self.body)
        asked = (plan, frames.seconds, dancer, frames.fps, self.repertoire)
        # Files of a person's own actions may be gone when the joints are asked for again.
        joints = plan_in_space(*asked) if plan.actions else None
        warnings = (*warnings_of(plan, song), *(gaps_in(plan) if self.edited else ()))
        return Danced(plan, plan_in_picture(*asked), joints, warnings=warnings)

    @cached_property
    def choose(self) -> Choose:
        """Return what chooses steps of named actions, those seen of the target rather."""
        seen = familiarity(
            self.repertoire.danced, self.body, body_from_profile(self.body),
            self.options.prefer_seen,
        )  # fmt: skip
        return partial(choose_steps, familiarity=seen, repertoire=self.repertoire)


def rule_choreographer(options: ChoreographyOptions, body: BodyProfile) -> RuleChoreographer:
    """Return a choreographer of named actions.

    Raises:
        BadInput: the body, an action of the person's own or the edited plan cannot be used.
    """
    chosen = actions_of(options, body)
    if chosen.edited is not None and chosen.edited.moves is not None:
        take = chosen.edited.moves.take
        raise BadInput(f"the plan dances moves of the take {take!r}: name that take with --moves")
    return chosen


def actions_of(options: ChoreographyOptions, body: BodyProfile) -> RuleChoreographer:
    """Return a choreographer of the named actions in a plan, whatever else it dances.

    Raises:
        BadInput: the body, an action of the person's own or the edited plan cannot be used.
    """
    body_from_profile(body)  # refused before the song is listened to
    repertoire = repertoire_with(options.actions)
    edited = None if options.plan is None else edited_plan(options.plan, repertoire)
    return RuleChoreographer(options, body, repertoire, edited)


def edited_plan(path: Path, repertoire: Repertoire) -> Choreography:
    """Return a plan whose actions are all at hand.

    Raises:
        BadInput: the file is no plan, or an action of it is absent or another one.
    """
    plan = Choreography.load(path, repertoire)
    try:
        check_origins(plan, repertoire)
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return plan


def warnings_of(plan: Choreography, song: Song) -> tuple[str, ...]:
    """Return what people should know about a plan and the song it is danced to."""
    out = [*plan.doubts]
    if plan.sha256 != song.sha256:
        out.append(f"the plan was made for {plan.song!r}, another file than {song.name!r}")
    if plan.beats[-1] > song.sound.seconds:
        out.append(
            f"the plan's beats last until {plan.beats[-1]:.1f} s, the song only "
            f"{song.sound.seconds:.1f}"
        )
    if not plan.steps:
        out.append("the plan has no steps: the dance is an idle sway")
    return tuple(out)


def gaps_in(plan: Choreography) -> tuple[str, ...]:
    """Return in a line which beats between its steps an edited plan leaves without one."""
    gaps = [
        f"{before.end_beat:g} to {after.start_beat - 1:g}"
        for before, after in pairwise(plan.steps)
        if after.start_beat - before.end_beat >= 1
    ]
    if not gaps:
        return ()
    more = f" and {len(gaps) - _NAMED} more" if len(gaps) > _NAMED else ""
    return (f"no step is danced on beats {', '.join(gaps[:_NAMED])}{more}",)
