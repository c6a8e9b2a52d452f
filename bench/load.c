// The load generator: a room full of phones, a leader and a screen, in one thread, on one clock.
//
//   load PORT CODE JOIN_KEY LEADER_TOKEN SCREEN_TOKEN
//
// Reads one command a line from standard input and answers each with one JSON object on a line; between two commands it
// goes on reading and answering pings, as phones do. PATIENCE is in seconds; what takes longer is left as it is.
//
//   join COUNT ws|poll OVER_MS PATIENCE      phones come in: POST, socket, snapshot; by polling, then upgraded
//   steps COUNT GAP_MS PATIENCE              the leader presses next, back, next …
//   draw PATIENCE                            the leader goes on until groups are drawn and each phone has its own
//   notes COUNT OVER_MS PATIENCE me|organiser   notes for whom, spread over the phones; 0: as one burst
//   wall POSTS RECOGNISED OVER_MS PATIENCE   each phone posts so many, and recognises so many posts of others
//   close PATIENCE                           the leader closes the room
//   probe MS                                 from now on each phone probes this often; 0: no more
//   wait MS                                  nothing but what goes on by itself
//
// Times in the answers are milliseconds. A connection that ends is not opened again; it is counted: `refused` before it
// had its snapshot, `cut` after. Frames are sent with a mask of zeros, which is a mask and costs nothing.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum role { PHONE, LEADER, SCREEN };
enum stage {
  CONNECTING,  // TCP
  ENTERING,    // POST …/people is on its way
  OPENING,     // by polling: the first GET
  NAMING,      //             the POST that says who it is
  POLLING,     //             a GET that waits for messages
  PONGING,     //             the POST that answers a ping
  UPGRADING,   // a websocket was asked for
  PROBING,     // the way from polling to the websocket is tried out
  GREETING,    // on the websocket, without a snapshot yet
  IN,
  OVER
};
enum kind { COMMAND, NOTE, POST, RECOGNISE, PROBE };

struct connection {
  int fd, number;
  enum role role;
  enum stage stage;
  bool polls;
  char token[100], session[40];
  char *read;  // what came in and is not whole yet
  size_t held, space;
  int64_t began, joined, has_step, has_group;
};

struct ask {  // something sent that is to be acknowledged; its place in `asks` is its number on the wire
  int64_t sent, answered;
  enum kind kind;
  bool ok;
  int subject;  // of a post: its number
};

static struct connection *phones, leader, screen;
static int count, in, upgraded, refused, cut;
static char why[200], refusal[200];  // the first end of a connection, and the first answer that was not ok
static int poller, port;
static const char *code, *join_key;
static struct ask *asks;
static int asked, asks_space, answers[5], refusals[5];
static int64_t pressed, probe_ns, probe_due;
static int have_step, have_group, probe_turn;
static bool groups_step, pinged;
static int64_t heard_bytes;
static int *standing, standing_count;  // posts that were acknowledged, which others may recognise
static unsigned run_id;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *grown(void *old, size_t bytes) {
  void *new = realloc(old, bytes);
  if (!new) abort();
  return new;
}

static void note_down(char into[200], const char *text) {
  if (into[0]) return;
  snprintf(into, 200, "%s", text);
  for (char *c = into; *c; c++)
    if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ' || (unsigned char)*c > '~') *c = '\'';
}

static bool begins(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

static void over(struct connection *c, const char *reason) {
  if (c->stage == OVER) return;
  char text[200];
  snprintf(text, sizeof text, "%s: %.150s", c->role == PHONE ? "phone" : c->role == LEADER ? "leader" : "screen", reason);
  note_down(why, text);
  if (c->role == PHONE) {
    if (c->joined) in--, cut++;
    else refused++;
    if (pressed && c->has_step) have_step--;  // these count the living
    if (pressed && c->has_group) have_group--;
  }
  close(c->fd);
  free(c->read);
  c->read = NULL;
  c->held = c->space = 0;
  c->stage = OVER;
}

// Out

static void put(struct connection *c, const char *bytes, size_t size) {
  if (send(c->fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) over(c, "takes nothing more");
}

static void put_frame(struct connection *c, const char *text, size_t size) {
  unsigned char frame[4096] = {0x81};
  size_t head = 2;
  if (size < 126) frame[1] = 0x80 | size;
  else frame[1] = 0x80 | 126, frame[2] = size >> 8, frame[3] = size & 255, head = 4;
  memcpy(frame + head + 4, text, size);
  put(c, (char *)frame, head + 4 + size);
}

static void ask(struct connection *c, enum kind kind, int subject, const char *event, const char *json) {
  if (asked == asks_space) asks = grown(asks, (asks_space = asks_space ? asks_space * 2 : 4096) * sizeof *asks);
  char text[3000];
  int size = snprintf(text, sizeof text, "42%d[\"%s\",%s]", asked, event, json);
  asks[asked++] = (struct ask){.sent = now(), .kind = kind, .subject = subject};
  put_frame(c, text, size);
}

static void request(struct connection *c, enum stage stage, const char *method, const char *path, const char *more,
                    const char *body) {
  char text[1600];
  int size = snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s", method, path, port, more);
  if (body) size += snprintf(text + size, sizeof text - size, "Content-Length: %zu\r\n", strlen(body));
  size += snprintf(text + size, sizeof text - size, "\r\n%s", body ? body : "");
  c->stage = stage;
  put(c, text, size);
}

static void enter(struct connection *c) {
  char path[80], body[200];
  snprintf(path, sizeof path, "/api/rooms/%s/people", code);
  snprintf(body, sizeof body, "{\"name\":\"Deelnemer %d\",\"key\":\"%s\"}", c->number + 1, join_key);
  request(c, ENTERING, "POST", path, "Content-Type: application/json\r\n", body);
}

static void poll_once(struct connection *c, enum stage stage, const char *body) {
  char path[160];
  int size = snprintf(path, sizeof path, "/socket.io/?EIO=4&transport=polling&code=%s", code);
  if (c->session[0]) snprintf(path + size, sizeof path - size, "&sid=%s", c->session);
  request(c, stage, body ? "POST" : "GET", path, body ? "Content-Type: text/plain;charset=UTF-8\r\n" : "", body);
}

static void upgrade(struct connection *c) {
  char path[160], more[400];
  int size = snprintf(path, sizeof path, "/socket.io/?EIO=4&transport=websocket&code=%s", code);
  if (c->session[0]) snprintf(path + size, sizeof path - size, "&sid=%s", c->session);
  snprintf(more, sizeof more,
           "Origin: http://127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: cGhvbmVzIGluIGEgcm9vbQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n",
           port);
  request(c, UPGRADING, "GET", path, more, NULL);
}

static const char *who(struct connection *c) {
  static char text[140];
  snprintf(text, sizeof text, "40{\"token\":\"%s\"}", c->token);
  return text;
}

static void dial(struct connection *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) perror("socket"), exit(1);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
  struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  c->stage = CONNECTING;
  c->held = 0;
  connect(c->fd, (struct sockaddr *)&there, sizeof there);
  epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &(struct epoll_event){.events = EPOLLOUT, .data.ptr = c});
}

static void redial(struct connection *c) {  // for the websocket; a browser, too, opens a new connection for it
  close(c->fd);
  dial(c);
}

// In

static void answered(const char *text, int64_t at) {
  int number = atoi(text + 2);
  if (number < 0 || number >= asked || asks[number].answered) return;
  struct ask *it = &asks[number];
  it->answered = at;
  it->ok = strstr(text, "\"ok\":true") != NULL;
  answers[it->kind]++;
  if (it->ok && it->kind == POST) standing[standing_count++] = it->subject;
  if (!it->ok) refusals[it->kind]++, note_down(refusal, text);
}

static void event(struct connection *c, const char *text, int64_t at) {
  if (begins(text, "[\"snapshot\",")) {
    if (c->joined) return;
    c->joined = at;
    if (c->role == PHONE) in++;
    if (!c->polls) c->stage = IN;
  } else if (c->role == PHONE && pressed && begins(text, "[\"step\",") && !c->has_step) {
    c->has_step = at;
    have_step++;
    groups_step |= strstr(text, "\"kind\":\"groups\"") != NULL;
  } else if (c->role == PHONE && pressed && begins(text, "[\"group\",") && !c->has_group) {
    c->has_group = at;
    have_group++;
  }
}

// One Engine.IO packet; `text` ends with a 0.
static void heard(struct connection *c, const char *text, size_t size, int64_t at) {
  if (c->role == PHONE) heard_bytes += size;
  if (begins(text, "3probe")) put_frame(c, "5", 1), c->stage = IN, upgraded++;
  else if (text[0] == '0') put_frame(c, who(c), strlen(who(c)));
  else if (text[0] == '1' || begins(text, "41") || begins(text, "44")) over(c, text);
  else if (text[0] == '2' && c->stage == POLLING) pinged = true;
  else if (text[0] == '2') put_frame(c, "3", 1);
  else if (begins(text, "43")) answered(text, at);
  else if (begins(text, "42")) event(c, text + 2, at);
}

static void heard_all(struct connection *c, char *body, int64_t at) {
  for (char *rest = body, *packet; c->stage != OVER && (packet = strsep(&rest, "\x1e"));) heard(c, packet, strlen(packet), at);
}

static bool quoted(const char *body, const char *name, char *into, size_t space) {
  const char *from = strstr(body, name);
  if (!from) return false;
  from += strlen(name);
  size_t size = strcspn(from, "\"");
  if (size >= space) return false;
  memcpy(into, from, size);
  into[size] = 0;
  return true;
}

static void replied(struct connection *c, int status, char *body, int64_t at) {
  if (status != 200 && status != 201) {
    char text[200];
    snprintf(text, sizeof text, "%d %.150s", status, body);
    over(c, text);
  } else if (c->stage == ENTERING) {
    if (!quoted(body, "\"token\":\"", c->token, sizeof c->token)) over(c, "no token");
    else if (c->polls) poll_once(c, OPENING, NULL);
    else redial(c);
  } else if (c->stage == OPENING) {
    if (!quoted(body, "\"sid\":\"", c->session, sizeof c->session)) over(c, "no session");
    else poll_once(c, NAMING, who(c));
  } else if (c->stage == POLLING) {
    pinged = false;
    heard_all(c, body, at);
    if (c->stage == OVER) return;
    if (c->joined) redial(c);
    else if (pinged) poll_once(c, PONGING, "3");
    else poll_once(c, POLLING, NULL);
  } else {
    poll_once(c, POLLING, NULL);
  }
}

// Takes one HTTP response off what was read; false when it is not whole yet.
static bool take_response(struct connection *c, int64_t at) {
  char *end = memmem(c->read, c->held, "\r\n\r\n", 4);
  if (!end) return false;
  *end = 0;
  char *length = strcasestr(c->read, "\r\ncontent-length:");
  size_t head = end + 4 - c->read, size = length ? strtoul(length + 17, NULL, 10) : 0;
  int status = atoi(c->read + 9);
  *end = '\r';
  if (c->held < head + size) return false;
  if (c->stage == UPGRADING) {
    c->held -= head;
    memmove(c->read, c->read + head, c->held);
    c->read[c->held] = 0;
    if (status != 101) {
      char text[200];
      snprintf(text, sizeof text, "upgrade answered %d %.150s", status, c->read);
      over(c, text);
    } else if (c->session[0]) c->stage = PROBING, put_frame(c, "2probe", 6);
    else c->stage = GREETING;
    return true;
  }
  char *body = strndup(c->read + head, size);
  c->held -= head + size;
  memmove(c->read, c->read + head + size, c->held);
  replied(c, status, body, at);
  free(body);
  return true;
}

// Reads all whole frames; what is left of the last one stays.
static void take_frames(struct connection *c, int64_t at) {
  size_t done = 0;
  while (c->held - done >= 2) {
    unsigned char *frame = (unsigned char *)c->read + done;
    size_t size = frame[1] & 127, head = size == 126 ? 4 : size == 127 ? 10 : 2;
    if (c->held - done < head) break;
    if (head > 2) {
      size = 0;
      for (size_t i = 2; i < head; i++) size = size << 8 | frame[i];
    }
    if (c->held - done < head + size) break;
    int opcode = frame[0] & 15;
    if (opcode == 8) return over(c, "closed");
    if (opcode > 8) {
      if (opcode == 9) put(c, (char[]){(char)0x8a, (char)0x80, 0, 0, 0, 0}, 6);
    } else if (opcode != 1 || frame[0] != 0x81) {
      return over(c, "a frame that is compressed, in pieces or no text");
    } else {
      char next = (char)frame[head + size];  // may be the first byte of the next frame; there is always room for one more
      frame[head + size] = 0;
      heard(c, (char *)frame + head, size, at);
      if (c->stage == OVER) return;
      frame[head + size] = (unsigned char)next;
    }
    done += head + size;
  }
  c->held -= done;
  memmove(c->read, c->read + done, c->held);
}

static void readable(struct connection *c) {
  if (c->space < c->held + 8192) c->read = grown(c->read, (c->space = c->held * 2 + 8192) + 1);
  ssize_t size = recv(c->fd, c->read + c->held, c->space - c->held, 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return over(c, size ? strerror(errno) : "hung up");
  c->held += size;
  int64_t at = now();
  while (c->stage > CONNECTING && c->stage <= UPGRADING && take_response(c, at)) continue;
  if (c->stage > UPGRADING && c->stage < OVER) take_frames(c, at);
}

static void writable(struct connection *c) {  // the TCP connection is there, or is not to be
  int error = 0;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
  if (error) return over(c, strerror(error));
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
  if (c->token[0]) upgrade(c);
  else enter(c);
}

static void probe_those_due(void) {
  if (!probe_ns || !count) return;
  for (int64_t at = now(); probe_due <= at; probe_due += probe_ns / count, probe_turn = (probe_turn + 1) % count)
    if (phones[probe_turn].stage == IN) ask(&phones[probe_turn], PROBE, 0, "clock", "{}");
}

// One time round: whatever is readable or connected, waiting at most so long.
static void turn(int ms) {
  static struct epoll_event events[256];
  probe_those_due();
  int ready = epoll_wait(poller, events, 256, probe_ns && ms > 1 ? 1 : ms);
  for (int i = 0; i < ready; i++) {
    struct connection *c = events[i].data.ptr;
    if (c->stage == CONNECTING) writable(c);
    else if (c->stage != OVER) readable(c);
  }
}

static void turn_for(int64_t ms) {
  for (int64_t end = now() + ms * 1000000, left; (left = end - now()) > 0;) turn(left > 10000000 ? 10 : (int)(left / 1000000));
}

// What the commands do

static void print_ms(int64_t ns, bool first) { printf("%s%.3f", first ? "" : ",", ns / 1e6); }

static void print_answers(const char *name, enum kind kind, int from) {
  bool first = true;
  printf("\"%s\":[", name);
  for (int i = from; i < asked; i++)
    if (asks[i].kind == kind && asks[i].answered) print_ms(asks[i].answered - asks[i].sent, first), first = false;
  printf("],\"%s_refused\":%d,", name, refusals[kind]);
}

static void print_end(void) {
  printf("\"in\":%d,\"cut\":%d,\"refused\":%d,\"leader\":%s,\"bytes\":%lld,\"why\":\"%s\",\"refusal\":\"%s\"}\n", in, cut, refused,
         leader.stage == IN ? "true" : "false", (long long)heard_bytes, why, refusal);
  fflush(stdout);
}

static void press(const char *command) {
  have_step = have_group = 0;
  for (int i = 0; i < count; i++) phones[i].has_step = phones[i].has_group = 0;
  char json[60];
  snprintf(json, sizeof json, "{\"do\":\"%s\"}", command);
  pressed = now();
  ask(&leader, COMMAND, 0, "command", json);
}

// Waits until the answer of the last press is here and each living phone has its step.
static void wait_for_step(int64_t until) {
  int number = asked - 1;
  while (leader.stage == IN && in && (have_step < in || !asks[number].answered) && now() < until) turn(5);
}

static void print_press(bool groups) {
  bool first = true;
  for (int i = 0; i < count; i++) {
    struct connection *c = &phones[i];
    if (c->stage == OVER || !c->has_step || (groups && !c->has_group)) continue;
    print_ms((groups && c->has_group > c->has_step ? c->has_group : c->has_step) - pressed, first);
    first = false;
  }
}

static void steps(int times, int gap_ms, int patience) {
  static bool ahead;  // also when asked again: a programme has an end
  int from = asked;
  printf("{\"steps\":[");
  for (int i = 0; i < times && leader.stage == IN; i++) {
    press(ahead ? "back" : "next");
    ahead = !ahead;
    wait_for_step(now() + patience * 1000000000LL);
    printf(i ? ",[" : "[");
    print_press(false);
    printf("]");
    pressed = 0;
    turn_for(gap_ms);
  }
  printf("],");
  print_answers("command", COMMAND, from);
  print_end();
}

static void draw(int patience) {
  int64_t until = now() + patience * 1000000000LL;
  groups_step = false;
  while (!groups_step && leader.stage == IN && in && now() < until) {
    press("next");
    wait_for_step(until);
    while (groups_step && have_group < in && now() < until) turn(5);
    if (!groups_step) turn_for(100);
  }
  printf("{\"draw\":[");
  if (groups_step) print_press(true);
  pressed = 0;
  printf("],");
  print_end();
}

static void close_room(int patience) {
  press("close");
  wait_for_step(now() + patience * 1000000000LL);
  pressed = 0;
  printf("{");
  print_end();
}

static void come(struct connection *c, enum role role, const char *token) {
  *c = (struct connection){.fd = -1, .role = role};
  snprintf(c->token, sizeof c->token, "%s", token);
  dial(c);
}

static void join(int total, bool polls, int over_ms, int patience) {
  count = total;
  phones = grown(phones, total * sizeof *phones);
  for (int i = 0; i < total; i++) phones[i] = (struct connection){.fd = -1, .number = i, .polls = polls, .stage = OVER};
  int64_t start = now(), until = start + over_ms * 1000000LL + patience * 1000000000LL;
  int begun = 0;
  while (now() < until && (begun < total || (polls ? upgraded : in) + cut + refused < total)) {
    int64_t due = over_ms ? (now() - start) / 1000 * total / (over_ms * 1000LL) + 1 : total;
    for (int burst = 0; begun < total && begun < due && burst < 100; burst++, begun++) {
      phones[begun].began = over_ms ? now() : start;
      dial(&phones[begun]);
    }
    turn(begun < total ? 0 : 5);
  }
  printf("{\"join\":[");
  bool first = true;
  for (int i = 0; i < total; i++)
    if (phones[i].joined) print_ms(phones[i].joined - phones[i].began, first), first = false;
  printf("],\"upgraded\":%d,", upgraded);
  print_end();
}

// A text as long as this, in words, so that it can be broken into lines.
static void write_words(char *text, int length) {
  for (int i = 0; i < length; i++) text[i] = i % 8 == 7 ? ' ' : 'a' + i * i % 26;
  text[length - 1] = '.', text[length] = 0;
}

static void notes(int total, int over_ms, int patience, const char *visibility) {
  char text[201], json[400];
  write_words(text, 200);
  int from = asked, before = answers[NOTE], sent = 0, turns = 0;
  int64_t start = now(), until = start + over_ms * 1000000LL + patience * 1000000000LL, last = start;
  while (now() < until && in && (sent < total || answers[NOTE] - before < asked - from)) {
    int64_t due = over_ms ? (now() - start) / 1000 * total / (over_ms * 1000LL) + 1 : total;
    for (int burst = 0; sent < total && sent < due && burst < 100; sent++, burst++) {
      while (phones[turns % count].stage != IN && in) turns++;
      snprintf(json, sizeof json, "{\"id\":\"%08x-0000-4000-8000-%012x\",\"prompt\":\"case\",\"text\":\"%s\",\"visibility\":\"%s\"}",
               run_id, from + sent, text, visibility);
      if (in) ask(&phones[turns++ % count], NOTE, 0, "note", json);
    }
    turn(sent < total && !over_ms ? 0 : 1);
  }
  for (int i = from; i < asked; i++)
    if (asks[i].kind == NOTE && asks[i].answered > last) last = asks[i].answered;
  printf("{\"sent\":%d,\"took\":%.3f,", sent, (last - start) / 1e6);
  print_answers("note", NOTE, from);
  print_end();
}

static void wall(int posts, int recognised, int over_ms, int patience) {
  static const char *columns[] = {"enthusiastic", "snags", "first_step"};
  int from = asked, total = posts * count, marks = recognised * count, sent = 0, marked = 0;
  int64_t start = now(), until = start + over_ms * 1000000LL + patience * 1000000000LL;
  char text[81], json[300];
  write_words(text, 80);
  standing = grown(standing, (total + 1) * sizeof *standing);
  standing_count = 0;
  heard_bytes = 0;
  while (now() < until && in && (sent < total || marked < marks || answers[POST] < total || answers[RECOGNISE] < marks)) {
    double part = (now() - start) / 1e6 / over_ms;
    for (int burst = 0; sent < total && sent <= part * total && burst < 100; sent++, burst++) {
      struct connection *c = &phones[sent % count];
      snprintf(json, sizeof json, "{\"id\":\"%08x-0000-4000-8000-%012x\",\"column\":\"%s\",\"text\":\"%s\",\"signed\":false}", run_id,
               sent, columns[sent / count % 3], text);
      if (c->stage == IN) ask(c, POST, sent, "post", json);
    }
    for (int burst = 0; marked < marks && marked <= (part - 0.05) * marks && standing_count && burst < 100; burst++) {
      int post = standing[random() % standing_count];
      if (post % count == marked % count) break;  // one's own; another draw next time round
      struct connection *c = &phones[marked++ % count];
      snprintf(json, sizeof json, "{\"post\":\"%08x-0000-4000-8000-%012x\",\"on\":true}", run_id, post);
      if (c->stage == IN) ask(c, RECOGNISE, 0, "recognise", json);
    }
    if (sent == total && marked == marks && cut && now() > until - patience * 500000000LL) break;  // those cut never answer
    turn(1);
  }
  turn_for(1000);  // what is told at a pace
  printf("{\"posts\":%d,\"marks\":%d,", sent, marked);
  print_answers("post", POST, from);
  print_answers("recognise", RECOGNISE, from);
  print_end();
}

static void probe(int ms) {
  probe_ns = ms * 1000000LL;
  probe_due = now();
  printf("{");
  print_end();
}

static void wait_a_while(int ms) {
  int from = asked;
  turn_for(ms);
  printf("{");
  print_answers("probe", PROBE, from);
  print_end();
}

static bool do_next(void) {
  char line[200], how[12];
  int a, b, c, d;
  if (!fgets(line, sizeof line, stdin)) return false;
  if (sscanf(line, "join %d %7s %d %d", &a, how, &b, &c) == 4) join(a, !strcmp(how, "poll"), b, c);
  else if (sscanf(line, "steps %d %d %d", &a, &b, &c) == 3) steps(a, b, c);
  else if (sscanf(line, "draw %d", &a) == 1) draw(a);
  else if (sscanf(line, "notes %d %d %d %11s", &a, &b, &c, how) == 4) notes(a, b, c, how);
  else if (sscanf(line, "close %d", &a) == 1) close_room(a);
  else if (sscanf(line, "wall %d %d %d %d", &a, &b, &c, &d) == 4) wall(a, b, c, d);
  else if (sscanf(line, "probe %d", &a) == 1) probe(a);
  else if (sscanf(line, "wait %d", &a) == 1) wait_a_while(a);
  else return fprintf(stderr, "unknown: %s", line), false;
  return true;
}

int main(int words, char **word) {
  if (words != 6) return fprintf(stderr, "load PORT CODE JOIN_KEY LEADER_TOKEN SCREEN_TOKEN\n"), 2;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdin, NULL, _IONBF, 0);  // or a line could be in its buffer, where poll() does not see it
  port = atoi(word[1]), code = word[2], join_key = word[3];
  run_id = (unsigned)now();
  poller = epoll_create1(0);
  come(&leader, LEADER, word[4]);
  come(&screen, SCREEN, word[5]);
  while ((leader.stage != IN || screen.stage != IN) && leader.stage != OVER && screen.stage != OVER) turn(5);
  struct pollfd input = {.fd = 0, .events = POLLIN};
  for (;;) {
    turn(10);
    if (poll(&input, 1, 0) > 0 && !do_next()) return 0;
  }
}
