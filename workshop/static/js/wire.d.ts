// Made of workshop/wire.py and workshop/streams by `make wire`; a test holds it fresh.
/** Where phones come in. */
export interface Address {
  base: string | null;
  reached: boolean;
}
/** What a group agreed. */
export interface Agreed {
  round: number | null;
  text: string;
  by: number;
}
/** What one is called, where two have one name. */
export interface CalledMessage {
  called: string | null;
}
/** That of a step: lengths in seconds, `ends_at` in ms while it runs. */
export interface Clock {
  state: "idle" | "running" | "paused";
  length: number;
  remaining: number;
  ends_at: number | null;
}
/** The same for leaders: by how many it was seen, of how many. */
export interface CountedNotice {
  id: number;
  text: string;
  group: number | null;
  at: number;
  seen: number;
  of: number;
}
/** An event was done, with what the answer to some adds. */
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
  now?: number;
  seq?: Record<string, number>;
}
/** A group as leaders and the screen see it; what is unset for the screen is for leaders. */
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
/** How many of a table wrote, and opened what they wrote. */
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
/** All that the room does not see. */
export interface HiddenMessage {
  posts: HiddenPost[];
}
/** A line that the room does not see; `hidden`: this very one was taken off. */
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
/** Everyone of a group that is too small joins another one. */
export interface Merge {
  do: "merge";
  into: number;
}
/** All that someone wrote, as far as one phone may show it. */
export interface Mine {
  phones: Phones[];
  trail: Trace[];
  person: Someone;
  room: Room;
  notes: Note[];
  posts: OwnPost[];
  agreed: Agreed[];
}
/** Someone of another group comes to one that is too small. */
export interface MoveOver {
  do: "move_over";
  person: number;
}
/** What one wrote oneself. */
export interface MyNotesMessage {
  changed: Note[];
  gone: string[];
}
/** What a phone is told of the others in its person's name, and of what was done about them. */
export interface MyPhonesMessage {
  phones: Phones[];
  trail: Trace[];
}
/** All that one put on the wall, and what one recognised there. */
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
/** A line as its writer has it. */
export interface OwnPost {
  id: string;
  column: string;
  text: string;
  signed: boolean;
  hidden: boolean;
}
/** The same as the others at that table see them. */
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
/** Those who are different, and those who are not in the room any more. */
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
/** Other phones in one's name: a circle of them. */
export interface Phones {
  circle: string;
  at: number;
  by: "door" | "own_pass" | "leader" | "merge";
  earlier: boolean;
  yes: boolean | null;
}
/** A line on the wall. */
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
/** This line closes. */
export interface RemovedMessage {
  why: "leader" | "erased" | "not_me";
}
/** What anyone in the room may know of it. */
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
/** The same as it is told when it changed, and by whom: the leader, or the clock. */
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
/** Lines that are new or changed, and those that are off the wall. */
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
