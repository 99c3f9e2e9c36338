#pragma once

#include "board.h"
#include "controls.h"
#include "frames.h"
#include "health.h"
#include "outgoing.h"
#include "pace.h"

#ifdef USE_GCAM_PUSH
#include "esphome/components/socket/tcp_client_link.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace esphome::gcam {

/// Dials Gcam where nobody can call the board: docs/ref/push.md, from the camera's side.
class Push {
 public:
  Push(const Setup &setup, Frames &frames, Controls &controls, const Health &health)
      : setup_(setup), frames_(frames), controls_(controls), health_(health) {}

  void begin();
  void loop(uint64_t now_us);
  void pump(uint64_t now_us);
  bool is_pending() const { return !this->outgoing_.is_empty(); }
  /// As of `Server::wanted_us`.
  uint32_t wanted_us() const;
  /// The next picture is there: what was not sent by now is left out.
  void miss(uint64_t now_us);

 protected:
  enum class State : uint8_t { DOWN, GREETED_NEXT, WELCOMED_NEXT, OPEN };

  /// A link that writes from the picture itself instead of from its own small buffer.
  class Link : public socket::TcpClientLink {
   public:
    ssize_t write(std::span<const uint8_t> bytes) { return this->write_(bytes.data(), bytes.size()); }
  };

  static constexpr size_t NONCE = 32;
  static constexpr size_t HEAD = 13;
  static constexpr size_t MOST_PAYLOAD = 1024;

  void dial_(uint64_t now_us);
  void hear_(uint64_t now_us);
  /// False: it is over.
  bool take_(uint64_t now_us);
  bool greet_();
  bool welcome_(std::span<const uint8_t> payload, uint64_t now_us);
  bool taken_(std::span<const uint8_t> payload);
  void bye_(std::span<const uint8_t> payload);
  void obey_(std::string_view form);
  void speak_(uint64_t now_us);
  bool put_next_(uint64_t now_us);
  bool put_(uint8_t kind, std::string_view payload, uint64_t time_us = 0, size_t behind = 0);
  bool has_next_(uint64_t now_us) const;
  void proof_(const char *role, uint8_t *proof) const;
  void close_(const char *why, bool is_refused);
  void pause_(bool is_refused);
  bool is_silent_(uint64_t now_us) const;

  const Setup &setup_;
  Frames &frames_;
  Controls &controls_;
  const Health &health_;
  Link link_;
  Outgoing outgoing_;
  Pace pace_;
  State state_{State::DOWN};

  uint8_t gcams_nonce_[NONCE];
  uint8_t own_nonce_[NONCE];
  uint8_t in_[HEAD + MOST_PAYLOAD];
  size_t in_length_{0};
  char memory_[4096];
  char refusal_[640];
  size_t refusal_length_{0};

  uint64_t heard_us_{0};
  uint64_t spoke_us_{0};
  uint64_t told_us_{0};
  uint32_t seen_{0};
  uint32_t sent_{0};
  uint32_t taken_count_{0};
  uint8_t window_{0};
  uint8_t attempts_{0};
  bool sends_picture_{false};
  bool is_asked_{false};
  bool tells_next_{false};
};

}  // namespace esphome::gcam
#endif
