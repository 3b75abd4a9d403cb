"""The part of `onbeat doctor` about model families: which models could run, and what they lack."""

from __future__ import annotations

import os
from collections.abc import Mapping

from shared.families.catalogue import FAMILIES
from shared.families.components import COMPONENTS
from shared.families.readiness import all_parts, lacks


def family_lines(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A line for each model and component; files are looked for, not read: loading checks them."""
    reasons = lacks(tuple(COMPONENTS), environment)
    lines = ["model families (films of footage need none; digests are checked on loading)"]
    for family in FAMILIES:
        for model in family.models.values():
            missing = [name for name in all_parts(model) if name in reasons]
            state = "ready" if not missing else f"lacks {', '.join(missing)}"
            lines.append(f"  {model.name:<22} {', '.join(task.value for task in model.tasks)}")
            lines.append(f"    {state}")
    lines += ["", "parts of model families"]
    for name, component in COMPONENTS.items():
        size = f"{component.gigabytes:.1f} GB"
        state = "missing" if name in reasons else "here"
        lines.append(f"  {name:<22} {state:<8} {size:>8}  {component.role}")
        if name not in reasons:
            lines.append(f"    {component.notice}. {component.licence}")
        else:
            lines.append(f"    {component.install}")
    return lines
