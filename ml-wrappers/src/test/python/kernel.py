# SPDX-License-Identifier: Apache-2.0
"""Executes notebooks, each in a kernel of its own, in a folder like a clone of the repository."""

import os
import tempfile
from pathlib import Path

from nbclient import NotebookClient

CELL_SECONDS = 600


class _Client(NotebookClient):
    """Keeps what displays showed, one after the other."""

    def __init__(self, book, **settings):
        super().__init__(book, **settings)
        self.displayed = []

    def process_message(self, message, cell, cell_index):
        if message["msg_type"] in ("display_data", "update_display_data"):
            self.displayed.append(message["content"]["data"]["text/plain"])
        return super().process_message(message, cell, cell_index)


def execute(book):
    """Fills in the outputs of a notebook, and returns the texts of its displays with all updates, in
    order. A cell that fails is an error with its trace."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "examples", "notebooks")
        place.mkdir(parents=True)
        Path(folder, "src-test-data").symlink_to(os.environ["SPARKSTROM_DATA"])
        os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = folder
        client = _Client(
            book,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(place)}},
        )
        client.execute()
        return client.displayed


def outputs(book):
    return [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
