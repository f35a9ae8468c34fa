"""Records and galleries read by several threads, before any of them was read."""

import subprocess
import sys

READING = """
import sys
import msgspec
from onesheet.base.payload import from_json, kind_in
from onesheet.portraits.gallery import Gallery
called = set()
sys.setprofile(lambda frame, *_: called.add(frame.f_code.co_name))
for read in (lambda: from_json({}), lambda: kind_in("{}"), lambda: msgspec.convert({}, Gallery)):
    try:
        read()
    except ValueError:
        called.add("refused")
sys.setprofile(None)
print("refused" in called, "get_class_annotations" in called)
"""
"""What msgspec does with a type that it meets first, which ends a process whose threads both do."""


def test_types_are_known_before_the_first_record_is_read() -> None:
    command = [sys.executable, "-c", READING]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
