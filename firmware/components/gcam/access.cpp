#include "access.h"

#include "esphome/components/hmac_sha256/hmac_sha256.h"
#include "esphome/components/md5/md5.h"
#include "esphome/components/sha256/sha256.h"
#include "esphome/core/helpers.h"
#include "esphome/core/log.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

namespace esphome::gcam {

static const char *const TAG = "gcam.access";
static constexpr const char *USER = "gcam";
static constexpr const char *REALM = "gcam";

namespace {

bool is_same_word(std::string_view one, std::string_view other) {
  const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter; };
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

/// Lower case hexadecimal digits of the hash of `parts` with colons between. The hash lives in this frame alone: the
/// chip's hardware wants it so.
template<class Hash, size_t BYTES> void hash(std::initializer_list<std::string_view> parts, char *hex) {
  Hash hash;
  hash.init();
  bool is_first = true;
  for (const std::string_view part : parts) {
    if (!is_first)
      hash.add(":", 1);
    is_first = false;
    hash.add(part.data(), part.size());
  }
  hash.calculate();
  uint8_t bytes[BYTES];
  hash.get_bytes(bytes);
  format_hex_to(hex, 2 * BYTES + 1, bytes, BYTES);
}

/// What a Digest says of itself.
struct Digest {
  explicit Digest(std::string_view said);

  std::string_view username, realm, nonce, uri, algorithm{"MD5"}, qop, nc, cnonce, response;
  bool is_readable{true};

 protected:
  std::string_view *field_(std::string_view name);
};

Digest::Digest(std::string_view said) {
  const auto skip = [&](std::string_view letters) {
    const size_t count = said.find_first_not_of(letters);
    said.remove_prefix(std::min(count, said.size()));
  };
  for (skip(" \t,"); !said.empty(); skip(" \t,")) {
    const size_t equals = said.find('=');
    if (equals == std::string_view::npos) {
      this->is_readable = false;
      return;
    }
    std::string_view *field = this->field_(said.substr(0, equals));
    said.remove_prefix(equals + 1);
    std::string_view value;
    if (!said.empty() && said.front() == '"') {
      const size_t end = said.find('"', 1);
      if (end == std::string_view::npos) {
        this->is_readable = false;
        return;
      }
      value = said.substr(1, end - 1);
      said.remove_prefix(end + 1);
    } else {
      value = said.substr(0, said.find_first_of(" \t,"));
      said.remove_prefix(value.size());
    }
    if (field != nullptr)
      *field = value;
  }
}

std::string_view *Digest::field_(std::string_view name) {
  static constexpr struct {
    const char *name;
    std::string_view Digest::*field;
  } FIELDS[] = {
      {"username", &Digest::username},
      {"realm", &Digest::realm},
      {"nonce", &Digest::nonce},
      {"uri", &Digest::uri},
      {"algorithm", &Digest::algorithm},
      {"qop", &Digest::qop},
      {"nc", &Digest::nc},
      {"cnonce", &Digest::cnonce},
      {"response", &Digest::response},
  };
  for (const auto &each : FIELDS) {
    if (is_same_word(name, each.name))
      return &(this->*each.field);
  }
  return nullptr;
}

/// False where it is no number of `text`'s length in hexadecimal digits.
bool read_hex(std::string_view text, uint32_t &number) {
  number = 0;
  for (const char letter : text) {
    const uint8_t digit = parse_hex_char(letter);
    if (digit > 15)
      return false;
    number = number << 4 | digit;
  }
  return text.size() == 8;
}

}  // namespace

bool is_same_secret(std::string_view one, std::string_view other) {
  if (one.size() != other.size())
    return false;
  volatile uint8_t differs = 0;
  for (size_t i = 0; i < one.size(); i++)
    differs = differs | static_cast<uint8_t>(one[i] ^ other[i]);
  return differs == 0;
}

void Access::begin(const char *fixed) {
  this->fixed_ = fixed;
  this->memory_ = global_preferences->make_preference<Kept>(fnv1_hash("gcam.token"), true);
  if (!this->memory_.load(&this->kept_) || this->kept_.length > MOST_TOKEN)
    this->kept_ = {};
  this->begin_anew_();
}

void Access::begin_anew_() {
  if (!random_bytes(this->key_, sizeof(this->key_)))
    ESP_LOGE(TAG, "No random numbers: what was overheard may count again");
  std::memset(this->used_, 0, sizeof(this->used_));
}

std::string_view Access::token() const {
  if (this->fixed_ != nullptr)
    return this->fixed_;
  return {this->kept_.token, this->kept_.length};
}

bool Access::is_token(std::string_view text) {
  return text.size() >= 16 && text.size() <= MOST_TOKEN && std::all_of(text.begin(), text.end(), [](char one) {
           return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
                  one == '-' || one == '_';
         });
}

bool Access::set(std::string_view token) {
  Kept wanted{};
  wanted.length = static_cast<uint8_t>(token.size());
  std::copy(token.begin(), token.end(), wanted.token);
  if (!this->memory_.save(&wanted) || !global_preferences->sync()) {
    this->memory_.save(&this->kept_);
    ESP_LOGE(TAG, "The token can't be kept: the board's memory refuses to be written");
    return false;
  }
  this->kept_ = wanted;
  return true;
}

Proof Access::judge(std::string_view authorization, std::string_view method, std::string_view target, uint32_t now_s) {
  const size_t space = authorization.find(' ');
  const std::string_view scheme = authorization.substr(0, space);
  std::string_view rest = space == std::string_view::npos ? std::string_view() : authorization.substr(space + 1);
  if (is_same_word(scheme, "digest"))
    return this->judge_digest_(rest, method, target, now_s);
  if (!is_same_word(scheme, "bearer"))
    return Proof::NONE;
  while (!rest.empty() && rest.front() == ' ')
    rest.remove_prefix(1);
  return is_same_secret(rest, this->token()) ? Proof::GOOD : Proof::NONE;
}

Proof Access::judge_digest_(std::string_view said, std::string_view method, std::string_view target, uint32_t now_s) {
  const Digest digest(said);
  uint32_t count;
  if (!digest.is_readable || digest.username != USER || digest.realm != REALM || digest.uri != target ||
      digest.qop != "auth" || digest.cnonce.empty() || !read_hex(digest.nc, count))
    return Proof::NONE;
  char who[65], what[65], right[65];
  if (is_same_word(digest.algorithm, "SHA-256")) {
    hash<sha256::SHA256, 32>({USER, REALM, this->token()}, who);
    hash<sha256::SHA256, 32>({method, target}, what);
    hash<sha256::SHA256, 32>({who, digest.nonce, digest.nc, digest.cnonce, "auth", what}, right);
  } else if (is_same_word(digest.algorithm, "MD5")) {
    hash<md5::MD5Digest, 16>({USER, REALM, this->token()}, who);
    hash<md5::MD5Digest, 16>({method, target}, what);
    hash<md5::MD5Digest, 16>({who, digest.nonce, digest.nc, digest.cnonce, "auth", what}, right);
  } else {
    return Proof::NONE;
  }
  if (!is_same_secret(digest.response, right))
    return Proof::NONE;
  return this->use_(digest.nonce, count, now_s);
}

Proof Access::use_(std::string_view nonce, uint32_t count, uint32_t now_s) {
  uint8_t given[NONCE_BYTES], right[NONCE_BYTES];
  if (nonce.size() != 2 * NONCE_BYTES || !parse_hex(nonce.data(), nonce.size(), given, NONCE_BYTES))
    return Proof::STALE;
  this->seal_(given, right);
  const auto bytes = [](const uint8_t *of) {
    return std::string_view(reinterpret_cast<const char *>(of), NONCE_BYTES);
  };
  const uint32_t made_s = encode_uint32(given[0], given[1], given[2], given[3]);
  if (!is_same_secret(bytes(given), bytes(right)) || now_s - made_s >= HOLDS_S)
    return Proof::STALE;
  for (Used &used : this->used_) {
    if (used.until_s > now_s && std::memcmp(used.stamp, given, STAMP_BYTES) == 0) {
      if (count <= used.count)
        return Proof::STALE;
      used.count = count;
      return Proof::GOOD;
    }
  }
  Used *room = this->room_(now_s);
  if (room == nullptr || count == 0)
    return Proof::STALE;
  std::memcpy(room->stamp, given, STAMP_BYTES);
  room->until_s = made_s + HOLDS_S;
  room->count = count;
  return Proof::GOOD;
}

Access::Used *Access::room_(uint32_t now_s) {
  Used *const end = this->used_ + MOST_USED;
  Used *const free = std::find_if(this->used_, end, [&](const Used &used) { return used.until_s <= now_s; });
  return free == end ? nullptr : free;
}

void Access::challenge(Text &head, bool is_stale, uint32_t now_s) {
  // What could not be remembered could be said twice: the one that is offered now is the first of a new kind.
  if (this->room_(now_s) == nullptr)
    this->begin_anew_();
  uint8_t nonce[NONCE_BYTES] = {static_cast<uint8_t>(now_s >> 24), static_cast<uint8_t>(now_s >> 16),
                                static_cast<uint8_t>(now_s >> 8), static_cast<uint8_t>(now_s)};
  random_bytes(nonce + 4, 4);
  this->seal_(nonce, nonce);
  char hex[2 * NONCE_BYTES + 1];
  format_hex_to(hex, nonce, NONCE_BYTES);
  for (const char *algorithm : {"SHA-256", "MD5"}) {
    head.addf("WWW-Authenticate: Digest realm=\"%s\", qop=\"auth\", algorithm=%s, nonce=\"%s\"%s\r\n", REALM, algorithm,
              hex, is_stale ? ", stale=true" : "");
  }
}

/// The nonce that begins with this stamp: only this start of this board can make it.
void Access::seal_(const uint8_t *stamp, uint8_t *nonce) const {
  hmac_sha256::HmacSHA256 hmac;
  hmac.init(this->key_, sizeof(this->key_));
  hmac.add(stamp, STAMP_BYTES);
  hmac.calculate();
  uint8_t seal[32];
  hmac.get_bytes(seal);
  std::memmove(nonce, stamp, STAMP_BYTES);
  std::memcpy(nonce + STAMP_BYTES, seal, NONCE_BYTES - STAMP_BYTES);
}

}  // namespace esphome::gcam
