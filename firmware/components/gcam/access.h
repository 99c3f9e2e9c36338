#pragma once

#include "text.h"

#include "esphome/core/preferences.h"

#include <cstdint>
#include <string_view>

namespace esphome::gcam {

/// Takes the same time wherever two texts of one length differ.
bool is_same_secret(std::string_view one, std::string_view other);

enum class Proof : uint8_t {
  GOOD,
  NONE,
  /// Who asks knows the token, and told it in an old way.
  STALE,
};

/// Whose the board is: its token, and the proofs of it.
class Access {
 public:
  /// `fixed`: the token of the YAML; nullptr: what was kept, if anything.
  void begin(const char *fixed);

  bool is_claimed() const { return !this->token().empty(); }
  bool is_fixed() const { return this->fixed_ != nullptr; }
  static bool is_token(std::string_view text);

  /// Kept at once; false: its memory can't be written, and nothing changed.
  bool set(std::string_view token);
  bool forget() { return this->set({}); }

  Proof judge(std::string_view authorization, std::string_view method, std::string_view target, uint32_t now_s);
  /// Both `WWW-Authenticate` headers, of one nonce.
  void challenge(Text &head, bool is_stale, uint32_t now_s);

 protected:
  static constexpr size_t MOST_TOKEN = 64;
  static constexpr size_t NONCE_BYTES = 16;
  static constexpr size_t STAMP_BYTES = 8;
  static constexpr size_t MOST_USED = 32;
  static constexpr uint32_t HOLDS_S = 30;

  struct Kept {
    uint8_t length;
    char token[MOST_TOKEN];
  };
  struct Used {
    uint8_t stamp[STAMP_BYTES];
    /// 0: free.
    uint32_t until_s;
    uint32_t count;
  };

  std::string_view token() const;
  Proof judge_digest_(std::string_view said, std::string_view method, std::string_view target, uint32_t now_s);
  Proof use_(std::string_view nonce, uint32_t count, uint32_t now_s);
  /// A place for one more that is used; nullptr: all are taken by nonces that still hold.
  Used *room_(uint32_t now_s);
  /// No nonce from before counts any more.
  void begin_anew_();
  void seal_(const uint8_t *stamp, uint8_t *nonce) const;

  const char *fixed_{nullptr};
  Kept kept_{};
  ESPPreferenceObject memory_;
  uint8_t key_[32]{};
  Used used_[MOST_USED]{};
};

}  // namespace esphome::gcam
