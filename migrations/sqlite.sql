-- 0017
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE logins (
	token_hash VARCHAR(64) NOT NULL, 
	account_id INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, used_at BIGINT, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE groups (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	room_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	active BOOLEAN NOT NULL, 
	topic VARCHAR(40), 
	hand_at BIGINT, 
	coming_at BIGINT, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_groups_room_id ON groups (room_id);
CREATE TABLE people (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	room_id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	team VARCHAR(40), 
	joined_at BIGINT NOT NULL, 
	"left" BOOLEAN NOT NULL, 
	removed BOOLEAN NOT NULL, 
	by_hand BOOLEAN NOT NULL, 
	vouched BOOLEAN NOT NULL, 
	simulated BOOLEAN NOT NULL, 
	came BOOLEAN NOT NULL, 
	stand_in BOOLEAN NOT NULL, 
	gave_up JSON, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_people_room_id ON people (room_id);
CREATE TABLE wishes (
	id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	people JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_wishes_room_id ON wishes (room_id);
CREATE TABLE notices (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	room_id INTEGER NOT NULL, 
	group_id INTEGER, 
	text TEXT NOT NULL, 
	sent_at BIGINT NOT NULL, 
	FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_notices_room_id ON notices (room_id);
CREATE TABLE posts (
	room_id INTEGER NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	person_id INTEGER, 
	wall_column VARCHAR(40) NOT NULL, 
	text TEXT NOT NULL, 
	signed BOOLEAN NOT NULL, 
	hidden BOOLEAN NOT NULL, 
	bundle VARCHAR(36), 
	posted_at BIGINT NOT NULL, circle VARCHAR(36), theme INTEGER, 
	PRIMARY KEY (room_id, id), 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_posts_person_id ON posts (person_id);
CREATE TABLE seats (
	person_id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	place INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	roles JSON NOT NULL, 
	safe JSON, sits BOOLEAN DEFAULT 0 NOT NULL, away JSON DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (person_id, group_id), 
	FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_seats_group_id ON seats (group_id);
CREATE TABLE "phones" (
	token_hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	circle VARCHAR(36) NOT NULL, 
	came VARCHAR(8) NOT NULL, 
	came_at BIGINT NOT NULL, 
	merged_at BIGINT, 
	ended BOOLEAN NOT NULL, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_phones_person_id ON phones (person_id);
CREATE TABLE "passes" (
	code_hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, 
	circle VARCHAR(36), 
	PRIMARY KEY (code_hash), 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_passes_person_id ON passes (person_id);
CREATE TABLE "notes" (
	person_id INTEGER NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	room_id INTEGER NOT NULL, 
	group_id INTEGER, 
	prompt VARCHAR(40) NOT NULL, 
	round INTEGER, 
	text TEXT NOT NULL, 
	visibility VARCHAR(16) NOT NULL, 
	written_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	circle VARCHAR(36) NOT NULL, batch INTEGER, sheet INTEGER, 
	PRIMARY KEY (circle, id), 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE, 
	FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE SET NULL, 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_notes_group_id ON notes (group_id);
CREATE INDEX ix_notes_room_id ON notes (room_id);
CREATE INDEX ix_notes_person_id ON notes (person_id);
CREATE TABLE "recognitions" (
	person_id INTEGER NOT NULL, 
	post_id VARCHAR(36) NOT NULL, 
	room_id INTEGER NOT NULL, 
	circle VARCHAR(36) NOT NULL, 
	PRIMARY KEY (circle, post_id), 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX recognitions_by_post ON recognitions (room_id, post_id);
CREATE INDEX ix_recognitions_person_id ON recognitions (person_id);
CREATE TABLE "tallies" (
	person_id INTEGER NOT NULL, 
	id VARCHAR(36) NOT NULL, 
	group_id INTEGER NOT NULL, 
	round INTEGER NOT NULL, 
	counter VARCHAR(40) NOT NULL, 
	"by" INTEGER NOT NULL, 
	circle VARCHAR(36) NOT NULL, counted_at BIGINT, 
	PRIMARY KEY (circle, id), 
	FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_tallies_group_id ON tallies (group_id);
CREATE INDEX ix_tallies_person_id ON tallies (person_id);
CREATE TABLE "seen" (
	notice_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	circle VARCHAR(36) NOT NULL, 
	PRIMARY KEY (notice_id, circle), 
	FOREIGN KEY(notice_id) REFERENCES notices (id) ON DELETE CASCADE, 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE INDEX ix_seen_person_id ON seen (person_id);
CREATE TABLE answers (
	phone VARCHAR(64) NOT NULL, 
	about VARCHAR(36) NOT NULL, 
	yes BOOLEAN NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (phone, about), 
	FOREIGN KEY(phone) REFERENCES phones (token_hash) ON DELETE CASCADE
);
CREATE INDEX ix_answers_about ON answers (about);
CREATE TABLE trail (
	id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	did VARCHAR(16) NOT NULL, 
	"by" VARCHAR(16) NOT NULL, 
	person_id INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_trail_room_id ON trail (room_id);
CREATE INDEX ix_trail_person_id ON trail (person_id);
CREATE TABLE themes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	room_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	FOREIGN KEY(room_id) REFERENCES rooms (id) ON DELETE CASCADE
);
CREATE INDEX ix_themes_room_id ON themes (room_id);
CREATE TABLE organisations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(254) NOT NULL, 
	created_at BIGINT NOT NULL, 
	UNIQUE (name)
);
CREATE TABLE memberships (
	account_id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	role VARCHAR(16) NOT NULL, expires_at BIGINT, 
	PRIMARY KEY (account_id, organisation_id, role), 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	FOREIGN KEY(organisation_id) REFERENCES organisations (id) ON DELETE CASCADE
);
CREATE TABLE invitations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	token_hash VARCHAR(64) NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	expires_at BIGINT NOT NULL, 
	FOREIGN KEY(organisation_id) REFERENCES organisations (id) ON DELETE CASCADE, 
	UNIQUE (token_hash)
);
CREATE TABLE packs (
	name VARCHAR(255) NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	PRIMARY KEY (name), 
	FOREIGN KEY(organisation_id) REFERENCES organisations (id) ON DELETE CASCADE
);
CREATE TABLE "rooms" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	code VARCHAR(8) NOT NULL, 
	salt VARCHAR(32) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	pack VARCHAR(255) NOT NULL, 
	account_id INTEGER, 
	adopted BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	erase_at BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	steps JSON NOT NULL, 
	step_index INTEGER NOT NULL, 
	clock JSON NOT NULL, 
	slide INTEGER NOT NULL, 
	way_back JSON NOT NULL, 
	due_at BIGINT, 
	leftovers VARCHAR(16) NOT NULL, 
	groups_shown BOOLEAN NOT NULL, 
	closed BOOLEAN NOT NULL, 
	locked BOOLEAN NOT NULL, 
	wall JSON NOT NULL, 
	extras JSON NOT NULL, 
	undo JSON NOT NULL, 
	entered_at BIGINT NOT NULL, 
	began_at BIGINT, 
	held JSON NOT NULL, 
	batches INTEGER DEFAULT '0' NOT NULL, 
	real BOOLEAN, 
	zone VARCHAR(64) DEFAULT 'Europe/Amsterdam' NOT NULL, 
	planned_start VARCHAR(5), 
	revision BIGINT DEFAULT '0' NOT NULL, 
	label VARCHAR(60) DEFAULT ('') NOT NULL, 
	links JSON DEFAULT '{}' NOT NULL, 
	organisation_id INTEGER, 
	CONSTRAINT rooms_organisation_id_fkey FOREIGN KEY(organisation_id) REFERENCES organisations (id) ON DELETE SET NULL, 
	UNIQUE (code), 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE INDEX ix_rooms_erase_at ON rooms (erase_at);
CREATE INDEX ix_rooms_due_at ON rooms (due_at);
CREATE INDEX ix_rooms_organisation_id ON rooms (organisation_id);
CREATE TABLE resets (
	token_hash VARCHAR(64) NOT NULL, 
	account_id INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE identities (
	issuer VARCHAR(255) NOT NULL, 
	subject VARCHAR(255) NOT NULL, 
	account_id INTEGER NOT NULL, 
	admin_until BIGINT, 
	PRIMARY KEY (issuer, subject), 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE passkeys (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	account_id INTEGER NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	site VARCHAR(254) NOT NULL, 
	credential VARCHAR(1400) NOT NULL, 
	public_key VARCHAR(2048) NOT NULL, 
	sign_count BIGINT NOT NULL, 
	added_on BIGINT NOT NULL, 
	used_on BIGINT, 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	UNIQUE (credential)
);
CREATE INDEX ix_passkeys_account_id ON passkeys (account_id);
CREATE TABLE challenges (
	hash VARCHAR(64) NOT NULL, 
	account_id INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (hash), 
	FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE "accounts" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	email VARCHAR(254) NOT NULL, 
	password_hash VARCHAR(255) NOT NULL, 
	created_at BIGINT NOT NULL, 
	admin BOOLEAN DEFAULT 0 NOT NULL, 
	disabled BOOLEAN DEFAULT 0 NOT NULL, 
	signed_in_on BIGINT, 
	was VARCHAR(16), 
	UNIQUE (email)
);
