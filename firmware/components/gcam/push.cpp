#include "push.h"

#ifdef USE_GCAM_PUSH

#include "access.h"
#include "answers.h"
#include "request.h"

#include "esphome/components/hmac_sha256/hmac_sha256.h"
#include "esphome/core/helpers.h"
#include "esphome/core/log.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace esphome::gcam {

static const char *const TAG = "gcam.push";

namespace {

enum Kind : uint8_t {
  HELLO = 1,
  WELCOME = 2,
  JPEG = 3,
  TAKEN = 5,
  PING = 6,
  BYE = 7,
  SET = 9,
  STATUS = 10,
};

enum Parting : uint8_t {
  UNKNOWN = 1,
  RESTING = 2,
  REPLACED = 3,
  NO_MESSAGE = 4,
  CROWDED = 5,
  GOING = 6,
  OTHER_VERSION = 7,
};

constexpr std::string_view GREETING = "GCP1";
constexpr const char *OWN_ROLE = "gcam-push-1 camera";
constexpr const char *GCAMS_ROLE = "gcam-push-1 gcam";
constexpr uint64_t PING_US = 5'000'000;
constexpr uint64_t SILENCE_US = 10'000'000;
constexpr uint64_t STATUS_US = 60'000'000;
constexpr uint32_t PAUSES_MS[] = {1000, 2000, 4000, 8000, 16000, 30000};
constexpr size_t MOST_SET = 512;
constexpr size_t PROOF = 32;
constexpr int MOST_WRITES = 12;
constexpr int MOST_MESSAGES = 16;

std::string_view text_of(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

}  // namespace

void Push::begin() {
  if (this->setup_.push.address == nullptr)
    return;
  this->link_.set_host(this->setup_.push.address);
  this->link_.set_port(this->setup_.push.port);
  this->link_.set_reconnect_interval(PAUSES_MS[0]);
  this->link_.begin(TAG);
}

void Push::loop(uint64_t now_us) {
  if (this->setup_.push.address == nullptr)
    return;
  this->dial_(now_us);
  if (!this->link_.connected())
    return;
  this->hear_(now_us);
  this->speak_(now_us);
  if (this->link_.connected() && this->is_silent_(now_us))
    this->close_("Gcam is silent", false);
}

void Push::pump(uint64_t now_us) {
  if (this->link_.connected())
    this->speak_(now_us);
}

void Push::dial_(uint64_t now_us) {
  const bool had_waited = !this->link_.connected() && !this->link_.in_backoff();
  this->link_.poll();
  if (had_waited && this->link_.in_backoff())
    this->pause_(false);
  if (!this->link_.connected()) {
    // It broke off by itself: what was on its way is lost.
    this->state_ = State::DOWN;
    this->outgoing_ = Outgoing();
    this->sends_picture_ = false;
  } else if (this->state_ == State::DOWN) {
    this->state_ = State::GREETED_NEXT;
    this->in_length_ = 0;
    this->heard_us_ = this->spoke_us_ = now_us;
  }
}

void Push::pause_(bool is_refused) {
  const size_t last = std::size(PAUSES_MS) - 1;
  const size_t at = is_refused ? last : std::min<size_t>(this->attempts_, last);
  this->attempts_ = static_cast<uint8_t>(std::min<size_t>(at + 1, last));
  this->link_.set_reconnect_interval(static_cast<uint32_t>(PAUSES_MS[at] * (0.8f + 0.4f * random_float())));
}

void Push::close_(const char *why, bool is_refused) {
  ESP_LOGW(TAG, "%s:%u: %s", this->setup_.push.address, static_cast<unsigned>(this->setup_.push.port), why);
  if (is_refused)
    this->pause_(true);
  this->link_.close();
  this->link_.note_attempt();
  this->state_ = State::DOWN;
  this->outgoing_ = Outgoing();
  this->sends_picture_ = false;
}

void Push::hear_(uint64_t now_us) {
  for (int i = 0; i < MOST_MESSAGES && this->link_.connected();) {
    size_t whole = HEAD;
    if (this->state_ == State::GREETED_NEXT) {
      whole = GREETING.size() + NONCE;
    } else if (this->in_length_ >= HEAD) {
      const uint32_t length = encode_uint32(this->in_[1], this->in_[2], this->in_[3], this->in_[4]);
      if (length > MOST_PAYLOAD)
        return this->close_("that is no Gcam: its message is too long", true);
      whole += length;
    }
    if (this->in_length_ < whole) {
      const ssize_t count = this->link_.read(this->in_ + this->in_length_, whole - this->in_length_);
      if (count <= 0)
        return;
      this->in_length_ += count;
      continue;
    }
    // A head alone is whole where nothing follows it.
    this->heard_us_ = now_us;
    if (!this->take_(now_us))
      return;
    this->in_length_ = 0;
    i++;
  }
}

bool Push::take_(uint64_t now_us) {
  if (this->state_ == State::GREETED_NEXT)
    return this->greet_();
  const std::span<const uint8_t> payload(this->in_ + HEAD, this->in_length_ - HEAD);
  const uint8_t kind = this->in_[0];
  if (kind == BYE) {
    this->bye_(payload);
    return false;
  }
  if (this->state_ == State::WELCOMED_NEXT) {
    if (kind != WELCOME) {
      this->close_("that is no Gcam", true);
      return false;
    }
    return this->welcome_(payload, now_us);
  }
  if (kind == TAKEN)
    return this->taken_(payload);
  if (kind == SET)
    this->obey_(text_of(payload.first(std::min(payload.size(), MOST_SET + 1))));
  return true;
}

bool Push::greet_() {
  if (text_of({this->in_, GREETING.size()}) != GREETING) {
    this->close_(std::memcmp(this->in_, "GCP", 3) == 0
                     ? "Gcam speaks another version of this protocol: update the board"
                     : "that is no Gcam",
                 true);
    return false;
  }
  std::copy_n(this->in_ + GREETING.size(), NONCE, this->gcams_nonce_);
  if (!random_bytes(this->own_nonce_, NONCE)) {
    this->close_("no random numbers", true);
    return false;
  }
  uint8_t proof[PROOF];
  this->proof_(OWN_ROLE, proof);
  const std::string_view id(this->setup_.push.camera);
  TextOf<80> who;
  who.addf("%.40s (%.24s %.12s)", this->setup_.name, this->setup_.board, this->setup_.version);
  TextOf<256> hello;
  hello.add('\x01');
  hello.add(text_of(this->own_nonce_));
  hello.add(text_of(proof));
  hello.add(static_cast<char>(id.size()));
  hello.add(id);
  hello.add(who.view());
  this->put_(HELLO, hello.view());
  this->state_ = State::WELCOMED_NEXT;
  return true;
}

bool Push::welcome_(std::span<const uint8_t> payload, uint64_t now_us) {
  uint8_t right[PROOF];
  this->proof_(GCAMS_ROLE, right);
  if (payload.size() <= PROOF || !is_same_secret(text_of(payload.first(PROOF)), text_of(right))) {
    this->close_("who answers does not have the camera's key: nothing is sent there", true);
    return false;
  }
  ESP_LOGI(TAG, "Gcam on %s:%u takes pictures", this->setup_.push.address,
           static_cast<unsigned>(this->setup_.push.port));
  this->window_ = payload[PROOF];
  this->state_ = State::OPEN;
  this->sent_ = this->taken_count_ = 0;
  this->is_asked_ = false;
  this->tells_next_ = true;
  this->refusal_length_ = 0;
  this->pace_.set(this->pace_.interval_us());
  const Held newest = this->frames_.newest();
  this->seen_ = newest ? newest->number() : 0;
  this->spoke_us_ = this->told_us_ = now_us;
  return true;
}

bool Push::taken_(std::span<const uint8_t> payload) {
  const uint32_t count = payload.size() == 4 ? encode_uint32(payload[0], payload[1], payload[2], payload[3]) : 0;
  const uint32_t newly = count - this->taken_count_;
  if (payload.size() != 4 || newly > this->sent_ - this->taken_count_) {
    this->close_("Gcam took more pictures than it was sent", true);
    return false;
  }
  this->taken_count_ = count;
  this->is_asked_ = false;
  if (newly != 0)
    this->attempts_ = 0;
  return true;
}

void Push::bye_(std::span<const uint8_t> payload) {
  const uint8_t why = payload.empty() ? 0 : payload[0];
  TextOf<220> said;
  said.addf("Gcam says (%u) ", static_cast<unsigned>(why));
  if (!payload.empty())
    said.add_said(text_of(payload.subspan(1, std::min<size_t>(payload.size() - 1, 190))));
  said.add('\0');
  this->close_(said.view().data(), why != GOING);
}

/// A form as of `POST /control`, and `fps`: all of it, or nothing.
void Push::obey_(std::string_view form) {
  Text refusal(this->refusal_, sizeof(this->refusal_));
  // What is left where `fps` is taken out.
  char rest[MOST_SET];
  Text controls(rest, sizeof(rest));
  std::optional<uint32_t> interval_us;
  Form each(form);
  bool is_good = form.size() <= MOST_SET;
  if (!is_good)
    refusal.add("The form is longer than 512 bytes; send fewer controls at once.");
  while (is_good && each.next()) {
    if (each.name == "fps") {
      interval_us = interval_us_of(each.value);
      is_good = interval_us.has_value();
      if (!is_good)
        refuse_fps(each.value, refusal);
    } else {
      controls.add(each.name);
      controls.add('=');
      controls.add(each.value);
      controls.add('&');
    }
  }
  if (is_good && !each.wrong.empty()) {
    is_good = false;
    refusal.add('\'');
    refusal.add_said(each.wrong);
    refusal.add("' can't be read; write name=value, each name once.");
  }
  if (is_good && !controls.view().empty())
    is_good = this->controls_.set(controls.view(), refusal);
  if (is_good && interval_us)
    this->pace_.set(*interval_us);
  this->refusal_length_ = is_good ? 0 : refusal.view().size();
  this->tells_next_ = true;
}

void Push::speak_(uint64_t now_us) {
  for (int i = 0; i < MOST_WRITES; i++) {
    if (this->outgoing_.is_empty() && !this->put_next_(now_us))
      return;
    const ssize_t count =
        this->outgoing_.send([this](std::span<const uint8_t> bytes) { return this->link_.write(bytes); });
    if (count <= 0)
      return;
    this->spoke_us_ = now_us;
    if (this->outgoing_.is_empty() && this->sends_picture_) {
      this->sends_picture_ = false;
      this->frames_.sent++;
    }
  }
}

bool Push::put_next_(uint64_t now_us) {
  if (this->state_ != State::OPEN)
    return false;
  if (now_us - this->told_us_ > STATUS_US)
    this->tells_next_ = true;
  if (this->tells_next_) {
    this->tells_next_ = false;
    this->told_us_ = now_us;
    Text json(this->memory_, sizeof(this->memory_));
    this->health_.write(json, &this->setup_, {this->refusal_, this->refusal_length_});
    this->refusal_length_ = 0;
    return this->put_(STATUS, json.view());
  }
  const bool is_all_taken = this->sent_ == this->taken_count_;
  if (this->has_next_(now_us) && this->sent_ - this->taken_count_ < this->window_) {
    const Held newest = this->frames_.newest();
    if (!this->put_(JPEG, {}, std::max<uint64_t>(newest->taken_us(), 1), newest->jpeg().size()))
      return false;
    this->outgoing_.put(newest, newest->jpeg());
    this->sends_picture_ = true;
    this->sent_++;
    this->seen_ = newest->number();
    this->pace_.sent(now_us);
    return true;
  }
  if (now_us - this->spoke_us_ < PING_US || this->is_asked_ || !is_all_taken)
    return false;
  this->is_asked_ = true;
  return this->put_(PING, {});
}

/// `behind`: so many more bytes of payload follow.
bool Push::put_(uint8_t kind, std::string_view payload, uint64_t time_us, size_t behind) {
  char head[HEAD];
  head[0] = static_cast<char>(kind);
  const uint32_t length = payload.size() + behind;
  for (int i = 0; i < 4; i++)
    head[1 + i] = static_cast<char>(length >> (24 - 8 * i));
  for (int i = 0; i < 8; i++)
    head[5 + i] = static_cast<char>(time_us >> (56 - 8 * i));
  return this->outgoing_.put({{head, HEAD}, payload});
}

bool Push::has_next_(uint64_t now_us) const {
  const Held newest = this->frames_.newest();
  return this->state_ == State::OPEN && newest && newest->number() != this->seen_ && this->pace_.is_due(now_us);
}

void Push::miss(uint64_t now_us) {
  if (this->has_next_(now_us))
    this->frames_.skipped++;
}

uint32_t Push::wanted_us() const { return this->state_ == State::OPEN ? this->pace_.interval_us() : NEVER_US; }

/// Something is due from Gcam, and nothing came; while a picture still goes out nothing is.
bool Push::is_silent_(uint64_t now_us) const {
  const bool is_due = this->state_ != State::OPEN || this->sent_ != this->taken_count_ || this->is_asked_;
  return is_due && now_us - std::max(this->heard_us_, this->spoke_us_) > SILENCE_US;
}

void Push::proof_(const char *role, uint8_t *proof) const {
  hmac_sha256::HmacSHA256 hmac;
  hmac.init(this->setup_.push.secret, std::strlen(this->setup_.push.secret));
  hmac.add(role, std::strlen(role));
  hmac.add(this->gcams_nonce_, NONCE);
  hmac.add(this->own_nonce_, NONCE);
  hmac.add(this->setup_.push.camera, std::strlen(this->setup_.push.camera));
  hmac.calculate();
  hmac.get_bytes(proof);
}

}  // namespace esphome::gcam

#endif
