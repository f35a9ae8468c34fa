"""Files under names: in a folder of this machine, or in an object store that many share."""

from catalog.file_store.folder_files import FolderFiles
from catalog.file_store.store import FileEntry, FileStore, UnreachableError

__all__ = ["FileEntry", "FileStore", "FolderFiles", "UnreachableError"]
