#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <nss.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Variadic calls and macros that Swift can't import.
static inline int cl_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
static inline int cl_openat(int directory, const char *path, int flags, mode_t mode) {
  return openat(directory, path, flags, mode);
}
static inline int cl_window_size(int fd, struct winsize *size) { return ioctl(fd, TIOCGWINSZ, size); }
static inline int cl_exited(int status) { return WIFEXITED(status); }
static inline int cl_exit_status(int status) { return WEXITSTATUS(status); }
static inline int cl_signaled(int status) { return WIFSIGNALED(status); }
static inline int cl_term_signal(int status) { return WTERMSIG(status); }
static inline unsigned cl_major(dev_t device) { return gnu_dev_major(device); }
static inline unsigned cl_minor(dev_t device) { return gnu_dev_minor(device); }
// environ may be NULL after clearenv(3).
static inline char **cl_environment(void) { extern char **environ; return environ; }
static inline int cl_prctl(int option, unsigned long value) { return prctl(option, value, 0, 0, 0); }
// sched_getaffinity(2) hides behind _GNU_SOURCE; returns the number of bytes that the kernel filled, or -1.
static inline long cl_affinity(void *set, size_t size) { return syscall(SYS_sched_getaffinity, 0, size, set); }
// syncfs(2) hides behind _GNU_SOURCE.
static inline int cl_syncfs(int fd) { return (int)syscall(SYS_syncfs, fd); }
// Swift's Glibc hides fork(2).
static inline pid_t cl_fork(void) { return fork(); }
