/* A disk that loses its power: it keeps what was flushed, and nothing else.

   Preloaded into a program. Whatever is flushed below $KEPT_FROM is copied to $KEPT_TO: a file's
   bytes by its inode when the file is flushed, its name when its folder is (POSIX promises no more).
   Who holds the lock on $KEPT_TO/lock stops that disk: the program may go on, but nothing is kept. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM 4096

static void keep_bytes(const char *from, const char *kept_to, ino_t inode) {
    char target[ROOM], bytes[1 << 16];
    snprintf(target, ROOM, "%s/inodes/%lu", kept_to, (unsigned long)inode);
    int in = open(from, O_RDONLY), out = open(target, O_WRONLY | O_CREAT, 0600);
    off_t place = 0;
    for (ssize_t got; in >= 0 && out >= 0 && (got = pread(in, bytes, sizeof bytes, place)) > 0;) {
        if (pwrite(out, bytes, got, place) != got) abort();
        place += got;
    }
    if (out >= 0 && ftruncate(out, place) != 0) abort();
    if (in >= 0) close(in);
    if (out >= 0) close(out);
}

static void keep_names(const char *folder, const char *kept_to, const char *below) {
    char tree[ROOM], name[2 * ROOM], inode[2 * ROOM];
    snprintf(tree, ROOM, "%s/tree%s", kept_to, below);
    mkdir(tree, 0700);
    DIR *kept = opendir(tree);
    for (struct dirent *each; kept && (each = readdir(kept));) {
        if (each->d_type == DT_DIR) continue;
        snprintf(name, sizeof name, "%s/%s", tree, each->d_name);
        unlink(name);
    }
    if (kept) closedir(kept);
    DIR *there = opendir(folder);
    for (struct dirent *each; there && (each = readdir(there));) {
        snprintf(inode, sizeof inode, "%s/inodes/%lu", kept_to, (unsigned long)each->d_ino);
        snprintf(name, sizeof name, "%s/%s", tree, each->d_name);
        if (each->d_type == DT_REG && link(inode, name) != 0) continue; /* never flushed itself */
    }
    if (there) closedir(there);
}

static void keep(int file) {
    const char *from = getenv("KEPT_FROM"), *kept_to = getenv("KEPT_TO");
    char link[64], path[ROOM], lock[ROOM];
    struct stat about;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, ROOM - 1);
    if (!from || !kept_to || length <= 0 || fstat(file, &about) != 0) return;
    path[length] = 0;
    if (strncmp(path, from, strlen(from)) != 0) return;
    snprintf(lock, ROOM, "%s/lock", kept_to);
    int held = open(lock, O_RDWR | O_CREAT, 0600);
    if (flock(held, LOCK_EX) != 0) abort();
    if (S_ISREG(about.st_mode)) keep_bytes(link, kept_to, about.st_ino);
    if (S_ISDIR(about.st_mode)) keep_names(path, kept_to, path + strlen(from));
    close(held);
}

int fsync(int file) {
    int (*own)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int said = own(file);
    if (said == 0) keep(file);
    return said;
}

int fdatasync(int file) {
    int (*own)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int said = own(file);
    if (said == 0) keep(file);
    return said;
}
