// A disk on which each commit takes COMMIT_MS milliseconds longer: loaded before a server (LD_PRELOAD), it stands in front
// of the two calls by which a database waits for its disk.
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void take_longer(void) {
  const char *ms = getenv("COMMIT_MS");
  if (!ms) return;
  long ns = (long)(atof(ms) * 1e6);
  nanosleep(&(struct timespec){ns / 1000000000, ns % 1000000000}, NULL);
}

int fsync(int file) {
  take_longer();
  return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  take_longer();
  return (int)syscall(SYS_fdatasync, file);
}
