# SPDX-License-Identifier: Apache-2.0
"""Runs the notebooks from top to bottom, each in a kernel and a Spark session of its own."""

import os
import shutil
import tempfile
import unittest
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(os.environ["SPARKSTROM_NOTEBOOKS"])
CELL_SECONDS = 600

# What must hold at the end, of the names that a notebook has
HOLDS = {
    "digits": "accuracy > 0.95 and differences == 0 and summary.bytesSent < summary.denseBytes",
    "explain": "gap < 1e-5 and strongest >= 7 and weakest <= 2",
    "images": "accuracy > 0.93",
    "search": "accuracy > 0.9 and epochs < epochs_of_all",
    "streaming": "accuracy > 0.9 and differences == 0 and scored == 355",
    "text": "accuracy > 0.95 and accuracy_of_beginnings > 0.6",
}


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def run(name):
    """The notebook with its outputs; a cell that fails is an error with its trace."""
    book = read(name)
    book.cells.append(nbformat.v4.new_code_cell(f"assert {HOLDS[name]}\nspark.stop()"))
    with tempfile.TemporaryDirectory() as folder:
        # As in a clone of the repository, which stays as it is
        place = Path(folder, "examples", "notebooks")
        place.mkdir(parents=True)
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", place)
        Path(folder, "src-test-data").symlink_to(os.environ["SPARKSTROM_DATA"])
        os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = folder
        NotebookClient(
            book,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(place)}},
        ).execute()
    return book


def shown(book):
    return [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]


class NotebooksTest(unittest.TestCase):
    def test_each_notebook_is_run_and_has_no_outputs(self):
        self.assertEqual({path.stem for path in NOTEBOOKS.glob("*.ipynb")}, set(HOLDS))
        for name in HOLDS:
            book = read(name)
            nbformat.validate(book)
            self.assertEqual(shown(book), [], name)
            self.assertTrue(hasattr(self, f"test_{name}"), name)

    def assert_picture(self, book):
        pages = [output.data["text/html"] for output in shown(book) if "data" in output]
        self.assertEqual(len(pages), 1)
        self.assertTrue(pages[0].startswith("<iframe sandbox"), pages[0][:80])

    def test_digits(self):
        self.assert_picture(run("digits"))

    def test_explain(self):
        run("explain")

    def test_images(self):
        run("images")

    def test_search(self):
        self.assert_picture(run("search"))

    def test_streaming(self):
        run("streaming")

    def test_text(self):
        run("text")


if __name__ == "__main__":
    unittest.main()
