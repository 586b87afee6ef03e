# SPDX-License-Identifier: Apache-2.0
"""Pages within a notebook."""

import html


def framed(page: str, *, title: str, height: int, sandbox: str = "") -> str:
    """A page in a frame of its own, so that neither it nor the notebook sees the other's styles and
    scripts; ``sandbox`` names what the page may do."""
    return (
        f'<iframe sandbox="{sandbox}" title="{html.escape(title)}" '
        f'style="width: 100%; height: {height}px; border: 0" '
        f'srcdoc="{html.escape(page)}"></iframe>'
    )
