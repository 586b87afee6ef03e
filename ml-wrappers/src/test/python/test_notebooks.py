# SPDX-License-Identifier: Apache-2.0
"""Runs the notebooks from top to bottom, each in a kernel and a Spark session of its own."""

import os
import unittest
from pathlib import Path

import nbformat
from kernel import execute, outputs

NOTEBOOKS = Path(os.environ["SPARKSTROM_NOTEBOOKS"])

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
    """The notebook with its outputs, and what its displays showed."""
    book = read(name)
    numbers = "{name: value for name, value in vars().items() if isinstance(value, (int, float))}"
    book.cells.append(nbformat.v4.new_code_cell(f"assert {HOLDS[name]}, {numbers}\nspark.stop()"))
    return book, execute(book)


class NotebooksTest(unittest.TestCase):
    def test_each_notebook_is_run_and_has_no_outputs(self):
        self.assertEqual({path.stem for path in NOTEBOOKS.glob("*.ipynb")}, set(HOLDS))
        for name in HOLDS:
            book = read(name)
            nbformat.validate(book)
            self.assertEqual(outputs(book), [], name)
            self.assertTrue(hasattr(self, f"test_{name}"), name)

    def assert_picture(self, book, begin):
        pages = [
            output.data["text/html"]
            for output in outputs(book)
            if output.output_type == "execute_result"
        ]
        self.assertEqual(len(pages), 1)
        self.assertTrue(pages[0].startswith(begin), pages[0][:80])

    def test_digits(self):
        book, displayed = run("digits")
        self.assert_picture(book, "<iframe sandbox")
        self.assertGreater(len(set(displayed)), 2)  # while the network was fitted
        self.assertRegex(
            displayed[-1],
            r"^NetworkClassifier_\w+: epoch 20/20, loss 0\.\d+, [\d,]+ rows/s, fitted after [\d.]+ s$",
        )
        bars = [output for output in outputs(book) if output.output_type == "display_data"]
        self.assertEqual([bar.data["text/plain"] for bar in bars], displayed[-1:])
        self.assertIn('<progress value="20" max="20">', bars[0].data["text/html"])

    def test_explain(self):
        run("explain")

    def test_images(self):
        run("images")

    def test_search(self):
        self.assert_picture(run("search")[0], "<iframe sandbox")

    def test_streaming(self):
        run("streaming")

    def test_text(self):
        run("text")


if __name__ == "__main__":
    unittest.main()
