#pragma once

#include "access.h"
#include "board.h"
#include "client.h"
#include "controls.h"
#include "health.h"
#include "server.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace esphome::gcam {

/// A pace in pictures a second, as time between two; 0: as many as there are. Nothing where it can't be read.
std::optional<uint32_t> interval_us_of(std::string_view fps);
void refuse_fps(std::string_view fps, Text &refusal);

/// What is answered to whom: docs/ref/board.md, line by line.
class Answers {
 public:
  Answers(const Setup &setup, Access &access, Server &server, Frames &frames, Controls &controls, Health &health)
      : setup_(setup), access_(access), server_(server), frames_(frames), controls_(controls), health_(health) {}

  /// Answers where it asks, or waits for something.
  void attend(Client &client, uint64_t now_us);
  /// There are no pictures while it is.
  void set_updating(bool is_updating);

 protected:
  using Handler = void (Answers::*)();
  struct Route {
    const char *path;
    const char *method;
    bool needs_token;
    Handler handler;
  };
  static const Route ROUTES[];

  void answer_();
  bool may_ask_(const Route &route);
  static const Route *route_(std::string_view path);
  bool has_only_(std::string_view name);
  std::optional<std::string_view> value_(std::string_view form, std::string_view name);
  bool new_token_(std::string_view &token);
  void own_(std::string_view token);

  void board_();
  void claim_();
  void token_();
  void release_();
  void stream_();
  void pace_();
  void capture_();
  void status_();
  void control_();
  void wait_(Client &client);

  /// For the one text that is being made.
  Text room_() { return Text(this->memory_, sizeof(this->memory_)); }
  void refuse_(uint16_t status, std::string_view sentence, std::string_view headers = {});
  void done_();
  void json_(std::string_view json);

  const Setup &setup_;
  Access &access_;
  Server &server_;
  Frames &frames_;
  Controls &controls_;
  Health &health_;
  bool is_updating_{false};

  /// Who is being answered.
  Client *client_{nullptr};
  uint64_t now_us_{0};
  char memory_[4096];
};

}  // namespace esphome::gcam
