// Made of workshop/wire.py and workshop/streams by `make wire`; a test holds it fresh.
/** Where phones come in. */
export interface Address {
  base: string | null;
  reached: boolean;
}
/** What a group has agreed. */
export interface Agreed {
  round: number | null;
  text: string;
  by: number;
}
/** What one is called, if two have the same name. */
export interface CalledMessage {
  called: string | null;
}
/** The clock of a step: lengths in seconds, `ends_at` in ms while it runs. */
export interface Clock {
  state: "idle" | "running" | "paused";
  length: number;
  remaining: number;
  ends_at: number | null;
}
/** The same for leaders: how many have seen it, of how many. */
export interface CountedNotice {
  id: number;
  text: string;
  group: number | null;
  at: number;
  seen: number;
  of: number;
}
/** An event was done; for some, with more in the answer. */
export interface Done {
  ok: true;
  version?: number;
  deed?: number;
  undone?: string | null;
  person?: number;
  notice?: number;
  post?: string;
  pass?: string;
  url?: string;
  expires_at?: number;
  ended?: boolean;
  visibility?: "me" | "group" | "organiser";
  now?: number;
  seq?: Record<string, number>;
  came_back?: number;
}
/** A group as leaders and the screen see it; what the screen does not get is for leaders only. */
export interface Group {
  id: number;
  number: number;
  members: Member[];
  topic?: string | null;
  hand_at?: number | null;
  coming_at?: number | null;
  mends?: (Merge | MoveOver | SitIn)[];
}
/** The same with its number in the stream. */
export interface GroupMessage {
  id: number;
  number: number;
  members: Partner[];
  topic: string | null;
  hand_at: number | null;
  coming_at: number | null;
  agreed: Agreed[];
  tally: Record<string, Record<string, number>>;
  seq: number;
}
/** How many at a table wrote something, and how many opened it. */
export interface GroupProgress {
  wrote: number;
  opened: number;
}
/** All groups. */
export interface GroupsMessage {
  seq: number;
  shown: boolean;
  groups: Group[];
  wishes?: Wish[];
}
/** All posts that the room does not see. */
export interface HiddenMessage {
  posts: HiddenPost[];
}
/** A post that the room does not see; `hidden`: this very post was taken off. */
export interface HiddenPost {
  id: string;
  column: string;
  text: string;
  name: string | null;
  recognised: number;
  bundle: string | null;
  simulated?: true;
  hidden: boolean;
}
/** What a leader may see, at once. */
export interface LeaderSnapshot {
  version: number;
  now: number;
  seq: Record<string, number>;
  room: Room;
  step: Step;
  programme: ProgrammeStep[];
  progress: Progress;
  own_notes: string[];
  notices: CountedNotice[];
  people: Person[];
  groups: Group[];
  shown: boolean;
  wishes: Wish[];
  address: Address;
  links: Links;
  trail: LeadersTrace[];
  hidden: HiddenPost[];
}
/** The same for leaders: whom it was about. */
export interface LeadersTrace {
  at: number;
  did: string;
  by: string;
  person: number | null;
}
/** Someone came in: who they are, and the token that is theirs alone. */
export interface LetIn {
  person: number;
  name: string;
  token: string;
}
/** A link of the room: since when it is the one it is (null: as long as there is the room), and the minute in which
    somebody last came by it (null: in none that is known), in ms. */
export interface Link {
  since: number | null;
  used: number | null;
}
/** The links of a room that can be replaced. */
export interface Links {
  leader: Link;
  screen: Link;
  organiser: Link;
}
/** Whoever holds this phone. */
export interface Me {
  phones: Phones[];
  trail: Trace[];
  id: number;
  name: string;
  team: string | null;
  left: boolean;
  pen: boolean;
  called?: string;
}
/** Someone at a table, as everybody sees them. */
export interface Member {
  id: number;
  name: string;
  here: boolean;
  roles: ("client" | "professional" | "observer")[];
  simulated: boolean;
}
/** Everyone in a group that is too small joins another one. */
export interface Merge {
  do: "merge";
  into: number;
}
/** Everything someone wrote, as far as one phone may show it. */
export interface Mine {
  phones: Phones[];
  trail: Trace[];
  person: Someone;
  room: Room;
  notes: Note[];
  posts: OwnPost[];
  agreed: Agreed[];
}
/** Someone from another group joins one that is too small. */
export interface MoveOver {
  do: "move_over";
  person: number;
}
/** Notes that one wrote oneself. */
export interface MyNotesMessage {
  changed: Note[];
  gone: string[];
}
/** What a phone is told about the others in its person's name, and about what was done with them. */
export interface MyPhonesMessage {
  phones: Phones[];
  trail: Trace[];
}
/** Everything one put on the wall, and what one recognised there. */
export interface MyPostsMessage {
  posts: OwnPost[];
  recognised: string[];
}
/** An event was refused, or failed. */
export interface NotDone {
  code: "invalid" | "forbidden" | "not_found" | "stale" | "too_large" | "too_fast" | "busy" | "closed" | "failed" | "unauthorized";
  detail: string;
  ok: false;
}
/** One note, for someone who may read it. `elsewhere`: in their own name, on a phone that is not known as theirs. */
export interface Note {
  id: string;
  prompt: string;
  round: number | null;
  text: string;
  visibility: "me" | "group" | "organiser";
  by: number;
  sheet: boolean;
  elsewhere?: true;
}
/** What others opened, changed or closed. */
export interface NotesMessage {
  seq: number;
  changed: Note[];
  gone: string[];
}
/** What the leader said to all, or to one group. */
export interface Notice {
  id: number;
  text: string;
  group: number | null;
  at: number;
}
/** A group as one of its members sees it. */
export interface OwnGroup {
  id: number;
  number: number;
  members: Partner[];
  topic: string | null;
  hand_at: number | null;
  coming_at: number | null;
  agreed: Agreed[];
  tally: Record<string, Record<string, number>>;
}
/** A post as its writer sees it. */
export interface OwnPost {
  id: string;
  column: string;
  text: string;
  signed: boolean;
  hidden: boolean;
}
/** The same, as the others at that table see them. */
export interface Partner {
  id: number;
  name: string;
  here: boolean;
  roles: ("client" | "professional" | "observer")[];
  simulated: boolean;
  safe: string[];
  sits: boolean;
  called?: string;
}
/** What lets one more phone in. */
export interface Pass {
  pass: string;
  url: string;
  expires_at: number;
}
/** Is this the newest of several sockets? */
export interface PenMessage {
  mine: boolean;
}
/** The people who look different, and those who are no longer in the room. */
export interface PeopleMessage {
  seq: number;
  changed: Person[];
  gone: number[];
}
/** Someone as leaders and the screen see them; `hand` is for leaders. */
export interface Person {
  id: number;
  name: string;
  team: string | null;
  here: boolean;
  left: boolean;
  group: number | null;
  hand?: boolean;
  by_hand: boolean;
  simulated: boolean;
  came: boolean;
  stand_in: boolean;
  sits: boolean;
}
/** What a person may see, at once. */
export interface PersonSnapshot {
  version: number;
  now: number;
  seq: Record<string, number>;
  room: Room;
  step: Step;
  programme: ProgrammeStep[];
  said: number[];
  notices: Notice[];
  me: Me;
  group: OwnGroup | null;
  notes: Note[];
  my_posts: OwnPost[];
  my_recognised: string[];
}
/** Other phones in one's name: one circle of them. */
export interface Phones {
  circle: string;
  at: number;
  by: "door" | "own_pass" | "leader" | "merge";
  earlier: boolean;
  yes: boolean | null;
}
/** A post on the wall. */
export interface Post {
  id: string;
  column: string;
  text: string;
  name: string | null;
  recognised: number;
  bundle: string | null;
  simulated?: true;
}
/** One step of the afternoon. */
export interface ProgrammeStep {
  index: number;
  kind: string;
  title: string;
  round: number | null;
  seconds: number;
  auto_advance: boolean;
  planned: number;
}
/** How far everyone is. */
export interface Progress {
  step: number;
  groups: Record<string, GroupProgress>;
  wrote: number;
  posted: number;
  of: number;
}
/** This connection closes. */
export interface RemovedMessage {
  why: "leader" | "erased" | "not_me" | "replaced" | "signed_out";
}
/** What anyone in the room may know about it. */
export interface Room {
  code: string;
  title: string;
  language: string;
  open: boolean;
  locked: boolean;
  erase_at: number;
  zone: string;
}
/** What a screen may see, at once. */
export interface ScreenSnapshot {
  version: number;
  now: number;
  seq: Record<string, number>;
  room: Room;
  step: Step;
  programme: ProgrammeStep[];
  notices: Notice[];
  people: Person[];
  groups: Group[];
  address: Address;
}
/** The leader sits down in an empty chair. */
export interface SitIn {
  do: "sit_in";
}
/** A person by name. */
export interface Someone {
  id: number;
  name: string;
  team: string | null;
}
/** Where the room is. */
export interface Step {
  index: number;
  kind: string;
  round: number | null;
  slide: number | null;
  clock: Clock;
  entered_at: number;
  began_at: number | null;
  held: number;
  open: boolean;
  locked: boolean;
  extras: string[];
  wall: WallView;
  real: boolean | null;
  planned_start: string | null;
}
/** The same, told when it changed, with who changed it: the leader, or the clock. */
export interface StepMessage {
  index: number;
  kind: string;
  round: number | null;
  slide: number | null;
  clock: Clock;
  entered_at: number;
  began_at: number | null;
  held: number;
  open: boolean;
  locked: boolean;
  extras: string[];
  wall: WallView;
  real: boolean | null;
  planned_start: string | null;
  version: number;
  now: number;
  cause: "leader" | "clock";
}
/** One line of the trail. */
export interface Trace {
  at: number;
  did: string;
  by: string;
}
/** The leader took a notice back. */
export interface UnsaidMessage {
  id: number;
}
/** The whole wall, as it is fetched. */
export interface Wall {
  seq: number;
  posts: Post[];
}
/** Posts that are new or changed, and those that are off the wall. */
export interface WallMessage {
  seq: number;
  posts: Post[];
  gone: string[];
}
/** How the wall is shown. */
export interface WallView {
  concealed: boolean;
  spotlight: string | null;
  column: string | null;
  page: number;
}
/** Who is to sit apart or together at the next draw. */
export interface Wish {
  kind: string;
  people: number[];
}
/** What is told, by the name of its event. */
export interface Told {
  snapshot: LeaderSnapshot | PersonSnapshot | ScreenSnapshot;
  step: StepMessage;
  programme: ProgrammeStep[];
  progress: Progress;
  own_notes: string[];
  notice: Notice;
  unsaid: UnsaidMessage;
  notices: (CountedNotice | Notice)[];
  people: PeopleMessage;
  groups: GroupsMessage;
  address: Address;
  links: Links;
  called: CalledMessage;
  my_phones: MyPhonesMessage;
  trail: LeadersTrace[];
  pen: PenMessage;
  removed: RemovedMessage;
  group: GroupMessage;
  notes: NotesMessage;
  my_notes: MyNotesMessage;
  wall: WallMessage;
  hidden: HiddenMessage;
  my_posts: MyPostsMessage;
}
/** What a page keeps of its room, by its name in a snapshot. */
export interface Kept {
  step: Step;
  programme: ProgrammeStep[];
  progress: Progress;
  own_notes: string[];
  notices: (CountedNotice | Notice)[];
  people: Person[];
  groups: Group[];
  shown: boolean;
  wishes: Wish[];
  address: Address;
  links: Links;
  trail: LeadersTrace[];
  hidden: HiddenPost[];
  said: number[];
  me: Me;
  group: OwnGroup | null;
  notes: Note[];
  my_posts: OwnPost[];
  my_recognised: string[];
}
/** The streams that are numbered. */
export type Counted = "people" | "groups" | "group" | "notes" | "wall";
