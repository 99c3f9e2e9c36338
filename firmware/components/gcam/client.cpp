#include "client.h"

#include <algorithm>
#include <cerrno>

namespace esphome::gcam {

static constexpr uint64_t WHOLE_WITHIN_US = 5'000'000;
static constexpr uint64_t PATIENCE_US = 10'000'000;
static constexpr uint64_t HEAR_OUT_US = 1'000'000;
/// A picture that is older than this is no beginning of a stream.
static constexpr uint64_t FRESH_US = 300'000;
/// In one pass, so that one connection never holds up the loop.
static constexpr int MOST_WRITES = 12;
static constexpr int MOST_READS = 4;

Client::Client(std::unique_ptr<socket::Socket> socket, Frames &frames, uint64_t now_us, bool is_too_many)
    : socket_(std::move(socket)), frames_(frames), came_us_(now_us), is_too_many_(is_too_many) {
  if (is_too_many)
    this->state_ = State::ASKING;
}

void Client::loop(uint64_t now_us) {
  this->read_(now_us);
  if (this->state_ == State::READING && now_us - this->came_us_ > WHOLE_WITHIN_US) {
    this->request_.late();
    this->state_ = State::ASKING;
  }
  if (this->state_ == State::ENDING && now_us - this->progress_us_ > HEAR_OUT_US)
    this->state_ = State::OVER;
  this->write(now_us);
}

/// What comes after the request is nobody's, but has to be taken: it may be the end.
void Client::read_(uint64_t now_us) {
  for (int i = 0; i < MOST_READS && this->state_ != State::OVER && this->state_ != State::ASKING; i++) {
    char unread[256];
    const bool is_reading = this->state_ == State::READING;
    const ssize_t count = is_reading ? this->socket_->read(this->request_.room(), this->request_.room_size())
                                     : this->socket_->read(unread, sizeof(unread));
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return;
    if (count < 0 || (count == 0 && this->state_ != State::SENDING)) {
      this->state_ = State::OVER;
    } else if (count == 0) {
      return;
    } else if (is_reading && this->request_.came(count) != Request::State::READING) {
      this->asked_us_ = now_us;
      this->state_ = State::ASKING;
    }
  }
}

void Client::reply(std::initializer_list<std::string_view> texts, uint64_t now_us) {
  this->progress_us_ = now_us;
  this->state_ = this->outgoing_.put(texts) ? State::SENDING : State::OVER;
}

void Client::reply(std::string_view head, const Held &frame, uint64_t now_us) {
  this->reply({head}, now_us);
  if (this->state_ == State::OVER)
    return;
  this->outgoing_.put(frame, frame->jpeg());
  this->sends_picture_ = true;
}

void Client::stream(uint32_t number, uint32_t interval_us, std::string_view head, uint64_t now_us) {
  this->reply({head}, now_us);
  if (this->state_ == State::OVER)
    return;
  this->state_ = State::STREAMING;
  this->stream_number_ = number;
  this->pace_.set(interval_us);
  const Held newest = this->frames_.newest();
  if (newest && now_us - newest->taken_us() > FRESH_US)
    this->seen_ = newest->number();
}

void Client::write(uint64_t now_us) {
  for (int i = 0; i < MOST_WRITES; i++) {
    if (this->outgoing_.is_empty() && !this->begin_picture_(now_us))
      break;
    const ssize_t count = this->outgoing_.send([this](std::span<const uint8_t> bytes) -> ssize_t {
      const ssize_t written = this->socket_->write(bytes.data(), bytes.size());
      return written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : written;
    });
    if (count < 0)
      this->state_ = State::OVER;
    if (count <= 0)
      break;
    this->progress_us_ = now_us;
    if (this->outgoing_.is_empty() && this->sends_picture_) {
      this->frames_.sent++;
      this->sends_picture_ = false;
    }
  }
  if (!this->outgoing_.is_empty()) {
    if (now_us - this->progress_us_ > PATIENCE_US)
      this->state_ = State::OVER;
  } else if (this->state_ == State::SENDING) {
    this->socket_->shutdown(SHUT_WR);
    this->state_ = State::ENDING;
  }
}

bool Client::begin_picture_(uint64_t now_us) {
  if (this->state_ != State::STREAMING || !this->pace_.is_due(now_us))
    return false;
  const Held newest = this->frames_.newest();
  if (!newest || newest->number() == this->seen_)
    return false;
  this->seen_ = newest->number();
  this->pace_.sent(now_us);
  this->outgoing_.put(newest, newest->part());
  this->sends_picture_ = true;
  this->progress_us_ = now_us;
  return true;
}

void Client::miss(uint64_t now_us) {
  const Held newest = this->frames_.newest();
  if (this->state_ == State::STREAMING && !this->outgoing_.is_empty() && newest && newest->number() != this->seen_ &&
      this->pace_.is_due(now_us))
    this->frames_.skipped++;
}

}  // namespace esphome::gcam
