#include "answers.h"

#include "esphome/core/log.h"

#include <algorithm>
#include <cstring>

namespace esphome::gcam {

static const char *const TAG = "gcam.answers";

static constexpr const char *AGAIN = "Retry-After: 1\r\n";
static constexpr const char *CROWDED = "Too many ask at once; ask again in a second.";
static constexpr const char *TAKEN = "All streams are taken; ask again in a second.";
static constexpr const char *UPDATING = "The board is being updated; ask again in a second.";
static constexpr const char *BLIND = "The camera gave no picture within 5 seconds; ask again in a second.";
static constexpr const char *WEB_PAGE = "A web page asks; this board answers none.";
static constexpr const char *NO_CLAIM = "A claim needs the header 'X-Gcam: 1'.";
static constexpr const char *NOBODYS = "This board is nobody's yet; claim it first.";
static constexpr const char *SOMEBODYS = "This board is somebody's already; release it first.";
static constexpr const char *FIXED = "The token stands in the board's YAML; change it there.";
static constexpr const char *NO_TOKEN = "The board's token is needed; its user is 'gcam'.";
static constexpr const char *BAD_TOKEN = "'token' takes 16 to 64 characters of A-Z a-z 0-9 - _.";
static constexpr const char *NOT_KEPT = "The board's memory can't be written; nothing has changed.";
static constexpr const char *NO_FPS = "'fps' is missing.";
static constexpr const char *NO_STREAM = "There is no stream of this number.";

static constexpr uint64_t PICTURE_WITHIN_US = 5'000'000;
static constexpr std::string_view STREAM = "/stream/";

const Answers::Route Answers::ROUTES[] = {
    {"/board", "GET", false, &Answers::board_},     {"/claim", "POST", false, &Answers::claim_},
    {"/token", "POST", true, &Answers::token_},     {"/release", "POST", true, &Answers::release_},
    {"/stream", "GET", true, &Answers::stream_},    {"/stream/", "POST", true, &Answers::pace_},
    {"/capture", "GET", true, &Answers::capture_},  {"/status", "GET", true, &Answers::status_},
    {"/control", "POST", true, &Answers::control_},
};

static const char *name_of(uint16_t status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    default:
      return "Service Unavailable";
  }
}

/// As a number of a stream: at most nine digits.
static std::optional<uint32_t> number_of(std::string_view digits) {
  if (digits.empty() || digits.size() > 9)
    return {};
  uint32_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9')
      return {};
    number = number * 10 + (digit - '0');
  }
  return number;
}

std::optional<uint32_t> interval_us_of(std::string_view fps) {
  const size_t point = fps.find('.');
  const auto whole = number_of(fps.substr(0, std::min<size_t>(point, 3)));
  if (!whole || *whole > 99 || fps.substr(0, point).size() > 2)
    return {};
  uint32_t thousandths = *whole * 1000;
  if (point != std::string_view::npos) {
    const std::string_view digits = fps.substr(point + 1);
    const auto fraction = number_of(digits);
    if (!fraction || digits.size() > 3)
      return {};
    thousandths += *fraction * (digits.size() == 1 ? 100 : digits.size() == 2 ? 10 : 1);
  }
  if (thousandths == 0)
    return 0;
  if (thousandths < 100 || thousandths > 60000)
    return {};
  return 1'000'000'000u / thousandths;
}

void refuse_fps(std::string_view fps, Text &refusal) {
  refusal.add("'fps' takes a number from 0.1 to 60, or 0 for all, not '");
  refusal.add_said(fps);
  refusal.add("'.");
}

void Answers::attend(Client &client, uint64_t now_us) {
  this->client_ = &client;
  this->now_us_ = now_us;
  if (client.state() == Client::State::ASKING) {
    this->answer_();
  } else if (client.state() == Client::State::WAITING) {
    this->wait_(client);
  } else {
    return;
  }
  client.write(now_us);
}

void Answers::set_updating(bool is_updating) {
  this->is_updating_ = is_updating;
  if (is_updating)
    this->server_.end_pictures();
}

void Answers::answer_() {
  if (this->client_->is_too_many())
    return this->refuse_(503, CROWDED, AGAIN);
  const Request &request = this->client_->request();
  if (request.status != 0)
    return this->refuse_(request.status, request.sentence);
  for (const std::string_view text : {request.query, request.body}) {
    Form form(text);
    while (form.next()) {
    }
    if (!form.wrong.empty()) {
      Text sentence = this->room_();
      sentence.add("'");
      sentence.add_said(form.wrong);
      sentence.add("' can't be read; write name=value, each name once.");
      return this->refuse_(400, sentence.view());
    }
  }
  if (request.has_origin)
    return this->refuse_(403, WEB_PAGE);
  const Route *route = route_(request.path);
  if (route == nullptr) {
    Text sentence = this->room_();
    sentence.add("There is no '");
    sentence.add_said(request.path);
    sentence.add("' here.");
    return this->refuse_(404, sentence.view());
  }
  if (this->may_ask_(*route))
    (this->*route->handler)();
}

const Answers::Route *Answers::route_(std::string_view path) {
  for (const Route &route : ROUTES) {
    if (path == route.path && path != STREAM)
      return &route;
    if (route.path == STREAM && path.starts_with(STREAM) && number_of(path.substr(STREAM.size())))
      return &route;
  }
  return nullptr;
}

bool Answers::may_ask_(const Route &route) {
  const Request &request = this->client_->request();
  if (request.method != route.method) {
    TextOf<64> allow;
    allow.addf("Allow: %s\r\n", route.method);
    TextOf<128> sentence;
    sentence.add('\'');
    sentence.add(request.path);
    sentence.addf("' takes %s only.", route.method);
    this->refuse_(405, sentence.view(), allow.view());
    return false;
  }
  if (route.handler == &Answers::claim_ && !request.has_claim_header) {
    this->refuse_(403, NO_CLAIM);
    return false;
  }
  if (!route.needs_token)
    return true;
  if (!this->access_.is_claimed()) {
    this->refuse_(403, NOBODYS);
    return false;
  }
  const uint32_t now_s = this->now_us_ / 1'000'000;
  const Proof proof = this->access_.judge(request.authorization, request.method, request.target, now_s);
  if (proof == Proof::GOOD)
    return true;
  TextOf<320> challenges;
  this->access_.challenge(challenges, proof == Proof::STALE, now_s);
  this->refuse_(401, NO_TOKEN, challenges.view());
  return false;
}

/// Whether nothing else is asked for: a typing error is to be seen.
bool Answers::has_only_(std::string_view name) {
  const Request &request = this->client_->request();
  for (const std::string_view text : {request.query, request.body}) {
    Form form(text);
    while (form.next()) {
      if (form.name == name)
        continue;
      Text sentence = this->room_();
      sentence.add("There is no parameter '");
      sentence.add_said(form.name);
      sentence.add("' here.");
      this->refuse_(400, sentence.view());
      return false;
    }
  }
  return true;
}

std::optional<std::string_view> Answers::value_(std::string_view text, std::string_view name) {
  Form form(text);
  while (form.next()) {
    if (form.name == name)
      return form.value;
  }
  return {};
}

void Answers::board_() {
  if (!this->has_only_({}))
    return;
  Text json = this->room_();
  json.add('{');
  add_identity(json, this->setup_);
  json.addf(",\"claimed\":%s,\"fixed\":%s}", this->access_.is_claimed() ? "true" : "false",
            this->access_.is_fixed() ? "true" : "false");
  this->json_(json.view());
}

bool Answers::new_token_(std::string_view &token) {
  if (!this->has_only_("token"))
    return false;
  token = this->value_(this->client_->request().body, "token").value_or(std::string_view());
  if (!Access::is_token(token)) {
    this->refuse_(400, BAD_TOKEN);
    return false;
  }
  return true;
}

void Answers::own_(std::string_view token) {
  if (!this->access_.set(token))
    return this->refuse_(500, NOT_KEPT);
  ESP_LOGI(TAG, "%s", token.empty() ? "The board is nobody's now" : "The board has a new token");
  this->server_.end_pictures();
  this->done_();
}

void Answers::claim_() {
  std::string_view token;
  if (!this->new_token_(token))
    return;
  if (this->access_.is_claimed())
    return this->refuse_(409, SOMEBODYS);
  this->own_(token);
}

void Answers::token_() {
  std::string_view token;
  if (!this->new_token_(token))
    return;
  if (this->access_.is_fixed())
    return this->refuse_(409, FIXED);
  this->own_(token);
}

void Answers::release_() {
  if (!this->has_only_({}))
    return;
  if (this->access_.is_fixed())
    return this->refuse_(409, FIXED);
  this->own_({});
}

void Answers::stream_() {
  if (!this->has_only_("fps"))
    return;
  const std::string_view fps = this->value_(this->client_->request().query, "fps").value_or("0");
  const auto interval_us = interval_us_of(fps);
  if (!interval_us) {
    Text sentence = this->room_();
    refuse_fps(fps, sentence);
    return this->refuse_(400, sentence.view());
  }
  if (this->is_updating_)
    return this->refuse_(503, UPDATING, AGAIN);
  if (this->server_.streams() >= Server::MOST_STREAMS)
    return this->refuse_(503, TAKEN, AGAIN);
  const uint32_t number = this->server_.next_number();
  TextOf<256> head;
  head.add("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=gcam\r\n");
  head.add("Cache-Control: no-store\r\nConnection: close\r\n");
  head.addf("X-Gcam-Stream: %u\r\n\r\n", static_cast<unsigned>(number));
  this->client_->stream(number, *interval_us, head.view(), this->now_us_);
}

void Answers::pace_() {
  if (!this->has_only_("fps"))
    return;
  const Request &request = this->client_->request();
  const auto fps = this->value_(request.body, "fps");
  if (!fps)
    return this->refuse_(400, NO_FPS);
  const auto interval_us = interval_us_of(*fps);
  if (!interval_us) {
    Text sentence = this->room_();
    refuse_fps(*fps, sentence);
    return this->refuse_(400, sentence.view());
  }
  Client *stream = this->server_.stream(number_of(request.path.substr(STREAM.size())).value_or(0));
  if (stream == nullptr)
    return this->refuse_(404, NO_STREAM);
  stream->pace().set(*interval_us);
  this->done_();
}

void Answers::capture_() {
  if (!this->has_only_({}))
    return;
  if (this->is_updating_)
    return this->refuse_(503, UPDATING, AGAIN);
  this->client_->wait();
}

void Answers::wait_(Client &client) {
  const Held newest = this->frames_.newest();
  if (newest && newest->taken_us() >= client.asked_us()) {
    TextOf<256> head;
    head.addf("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %u\r\n",
              static_cast<unsigned>(newest->jpeg().size()));
    head.addf("X-Timestamp: %u.%06u\r\nX-Frame: %u\r\n", static_cast<unsigned>(newest->taken_us() / 1'000'000),
              static_cast<unsigned>(newest->taken_us() % 1'000'000), static_cast<unsigned>(newest->number()));
    head.add("Cache-Control: no-store\r\nConnection: close\r\n\r\n");
    client.reply(head.view(), newest, this->now_us_);
  } else if (this->now_us_ - client.asked_us() > PICTURE_WITHIN_US) {
    this->refuse_(503, BLIND, AGAIN);
  }
}

void Answers::status_() {
  if (!this->has_only_({}))
    return;
  Text json = this->room_();
  this->health_.write(json);
  this->json_(json.view());
}

void Answers::control_() {
  const Request &request = this->client_->request();
  // Controls stand in the body, where no log of addresses has them.
  if (!request.query.empty() && !this->has_only_({}))
    return;
  Text text = this->room_();
  if (!this->controls_.set(request.body, text))
    return this->refuse_(400, text.view());
  Text json = this->room_();
  this->controls_.write(json);
  this->json_(json.view());
}

void Answers::refuse_(uint16_t status, std::string_view sentence, std::string_view headers) {
  TextOf<640> head;
  head.addf("HTTP/1.1 %u %s\r\n", status, name_of(status));
  head.addf("Content-Type: text/plain\r\nContent-Length: %u\r\n", static_cast<unsigned>(sentence.size() + 1));
  head.add(headers);
  head.add("Connection: close\r\n\r\n");
  this->client_->reply({head.view(), sentence, "\n"}, this->now_us_);
}

void Answers::done_() { this->client_->reply({"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"}, this->now_us_); }

void Answers::json_(std::string_view json) {
  TextOf<160> head;
  head.addf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %u\r\n",
            static_cast<unsigned>(json.size()));
  head.add("Cache-Control: no-store\r\nConnection: close\r\n\r\n");
  this->client_->reply({head.view(), json}, this->now_us_);
}

}  // namespace esphome::gcam
