#include "request.h"

#include <algorithm>

namespace esphome::gcam {

static constexpr const char *NO_HTTP = "This is no HTTP request.";
static constexpr const char *NO_HEADER = "A header can't be read.";
static constexpr const char *NO_LENGTH = "The length of the body can't be read; send Content-Length.";
static constexpr const char *LONG_BODY = "The body is longer than 512 bytes; send fewer controls at once.";
static constexpr const char *LONG_HEAD = "The head is longer than 1024 bytes; send fewer headers.";
static constexpr const char *LATE = "The request was not whole within 5 seconds; send it again.";
static constexpr const char *PERCENT = "The address has a '%' in it; nothing here needs one.";

static bool is_visible(char letter) { return letter > 0x20 && letter < 0x7F; }
static char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter; }

static bool is_same(std::string_view name, std::string_view lower_case) {
  return std::equal(name.begin(), name.end(), lower_case.begin(), lower_case.end(),
                    [](char one, char other) { return lower(one) == other; });
}

static std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool Form::next() {
  while (!this->rest_.empty() && this->rest_.front() == '&')
    this->rest_.remove_prefix(1);
  if (this->rest_.empty())
    return false;
  const std::string_view pair = this->rest_.substr(0, this->rest_.find('&'));
  this->rest_.remove_prefix(pair.size());
  const size_t equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    this->wrong = pair;
    return false;
  }
  this->name = pair.substr(0, equals);
  this->value = pair.substr(equals + 1);
  // Each name once: which of two counts would be a guess.
  Form others(this->rest_);
  while (others.rest_.size() != 0) {
    const std::string_view other = others.rest_.substr(0, others.rest_.find('&'));
    others.rest_.remove_prefix(std::min(other.size() + 1, others.rest_.size()));
    if (other.substr(0, other.find('=')) == this->name) {
      this->wrong = other;
      return false;
    }
  }
  return true;
}

Request::State Request::came(size_t length) {
  const size_t before = this->length_;
  this->length_ += length;
  const std::string_view all(this->memory_, this->length_);
  if (this->head_length_ == 0) {
    const size_t end = all.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end == std::string_view::npos)
      return this->length_ > MOST_HEAD ? this->wrong_(431, LONG_HEAD) : State::READING;
    if (end + 4 > MOST_HEAD)
      return this->wrong_(431, LONG_HEAD);
    this->head_length_ = end + 4;
    const State state = this->read_head_(all.substr(0, end));
    if (state == State::WRONG)
      return state;
  }
  if (this->length_ < this->head_length_ + this->body_length_)
    return State::READING;
  this->body = all.substr(this->head_length_, this->body_length_);
  return State::WHOLE;
}

void Request::late() { this->wrong_(408, LATE); }

Request::State Request::read_head_(std::string_view head) {
  bool is_first = true;
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    if (!(is_first ? this->read_first_(line) : this->read_header_(line)))
      return this->status != 0 ? State::WRONG : this->wrong_(400, is_first ? NO_HTTP : NO_HEADER);
    is_first = false;
  }
  if (is_first)
    return this->wrong_(400, NO_HTTP);
  if (this->target.find('%') != std::string_view::npos)
    return this->wrong_(400, PERCENT);
  return State::READING;
}

bool Request::read_first_(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t second = line.rfind(' ');
  if (first == std::string_view::npos || first == second || first == 0 || first > 16)
    return false;
  this->method = line.substr(0, first);
  this->target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return false;
  if (!std::all_of(this->method.begin(), this->method.end(), [](char one) { return one >= 'A' && one <= 'Z'; }))
    return false;
  if (this->target.empty() || this->target.front() != '/' ||
      !std::all_of(this->target.begin(), this->target.end(), is_visible))
    return false;
  const size_t question = this->target.find('?');
  this->path = this->target.substr(0, question);
  this->query = question == std::string_view::npos ? std::string_view() : this->target.substr(question + 1);
  return true;
}

bool Request::read_header_(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(name.begin(), name.end(), is_visible))
    return false;
  if (!std::all_of(value.begin(), value.end(),
                   [](char one) { return static_cast<uint8_t>(one) >= 0x20 || one == '\t'; }))
    return false;
  if (is_same(name, "origin")) {
    this->has_origin = true;
  } else if (is_same(name, "x-gcam")) {
    this->has_claim_header = value == "1";
  } else if (is_same(name, "authorization")) {
    this->authorization = value;
  } else if (is_same(name, "transfer-encoding")) {
    this->wrong_(400, NO_LENGTH);
    return false;
  } else if (is_same(name, "content-length")) {
    const bool is_number = !value.empty() && value.size() <= 9 &&
                           std::all_of(value.begin(), value.end(), [](char one) { return one >= '0' && one <= '9'; });
    if (!is_number || this->has_length_) {
      this->wrong_(400, NO_LENGTH);
      return false;
    }
    this->has_length_ = true;
    for (const char digit : value)
      this->body_length_ = this->body_length_ * 10 + (digit - '0');
    if (this->body_length_ > MOST_BODY) {
      this->wrong_(413, LONG_BODY);
      return false;
    }
  }
  return true;
}

Request::State Request::wrong_(uint16_t status, const char *sentence) {
  this->status = status;
  this->sentence = sentence;
  return State::WRONG;
}

}  // namespace esphome::gcam
