# SPDX-License-Identifier: Apache-2.0
"""Runs the notes of Zeppelin, without Zeppelin, each in a process and a Spark session of its own."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

NOTES = Path(os.environ["SPARKSTROM_NOTEBOOKS"]).parent / "zeppelin"
RUNNER = Path(__file__).with_name("zeppelin.py")

# What must hold at the end, of the names that the paragraphs of Python have
HOLDS = {"digits": "accuracy > 0.9 and differences == 0"}


class ZeppelinTest(unittest.TestCase):
    def test_each_note_is_run_and_has_no_results(self):
        self.assertEqual({path.stem for path in NOTES.glob("*.zpln")}, set(HOLDS))
        for name in HOLDS:
            note = json.loads((NOTES / f"{name}.zpln").read_text())
            for paragraph in note["paragraphs"]:
                self.assertNotIn("results", paragraph)
                self.assertEqual(paragraph["status"], "READY")
            self.assertTrue(hasattr(self, f"test_{name}"), name)

    def run_note(self, name):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "src-test-data").symlink_to(os.environ["SPARKSTROM_DATA"])
            done = subprocess.run(
                [sys.executable, str(RUNNER), str(NOTES / f"{name}.zpln"), HOLDS[name]],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=600,
            )
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])
        return done.stdout

    def test_digits(self):
        told = self.run_note("digits")
        self.assertIn("|digit|samples|", told)
        self.assertIn("|digit|          accuracy|", told)
        self.assertIn("%html <iframe sandbox", told)


if __name__ == "__main__":
    unittest.main()
