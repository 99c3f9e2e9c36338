#include "server.h"

#include "board.h"

#include "esphome/core/log.h"

#include <algorithm>
#include <cerrno>

namespace esphome::gcam {

static const char *const TAG = "gcam.server";

bool Server::begin(uint16_t port) {
  this->listener_ = socket::socket_ip_loop_monitored(SOCK_STREAM, 0);
  if (this->listener_ == nullptr)
    return false;
  int yes = 1;
  this->listener_->setsockopt(SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  this->listener_->setblocking(false);
  sockaddr_storage address;
  auto *any = reinterpret_cast<sockaddr *>(&address);
  socklen_t length = socket::set_sockaddr_any(any, sizeof(address), port);
  if (length == 0 || this->listener_->bind(any, length) != 0 || this->listener_->listen(8) != 0) {
    ESP_LOGE(TAG, "Port %u can't be had: %d", static_cast<unsigned>(port), errno);
    return false;
  }
  length = sizeof(address);
  if (port == 0 && this->listener_->getsockname(any, &length) == 0) {
    // the port stands at the same place in both families
    port = ntohs(reinterpret_cast<sockaddr_in *>(&address)->sin_port);
  }
  ESP_LOGI(TAG, "Listening on port %u", static_cast<unsigned>(port));
  return true;
}

void Server::loop(uint64_t now_us) {
  for (auto &client : this->clients_) {
    if (client != nullptr)
      client->loop(now_us);
    if (client != nullptr && client->state() == Client::State::OVER)
      client.reset();
  }
  this->accept_(now_us);
}

void Server::accept_(uint64_t now_us) {
  // Not asked for `ready()`: who found no room is still there in the next loop, and nothing tells of it again.
  while (true) {
    auto place = std::find(this->clients_.begin(), this->clients_.end(), nullptr);
    if (place == this->clients_.end())
      return;
    auto accepted = this->listener_->accept_loop_monitored(nullptr, nullptr);
    if (accepted == nullptr)
      return;
    int yes = 1;
    accepted->setblocking(false);
    accepted->setsockopt(IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    board::prepare(accepted->get_fd());
    const bool is_too_many = place == this->clients_.end() - 1;
    place->reset(new (std::nothrow) Client(std::move(accepted), this->frames_, now_us, is_too_many));
  }
}

void Server::pump(uint64_t now_us) {
  this->each([&](Client &client) { client.write(now_us); });
}

bool Server::is_pending() const {
  return std::any_of(this->clients_.begin(), this->clients_.end(),
                     [](const auto &client) { return client != nullptr && client->is_pending(); });
}

int Server::streams() const {
  return std::count_if(this->clients_.begin(), this->clients_.end(),
                       [](const auto &client) { return client != nullptr && client->stream_number() != 0; });
}

Client *Server::stream(uint32_t number) {
  for (auto &client : this->clients_) {
    if (client != nullptr && number != 0 && client->stream_number() == number)
      return client.get();
  }
  return nullptr;
}

void Server::end_pictures() {
  // At once: while an update comes in nothing else runs.
  for (auto &client : this->clients_) {
    if (client != nullptr && (client->state() == Client::State::STREAMING || client->state() == Client::State::WAITING))
      client.reset();
  }
}

void Server::miss(uint64_t now_us) {
  this->each([&](Client &client) { client.miss(now_us); });
}

uint32_t Server::wanted_us() {
  uint32_t wanted_us = NEVER_US;
  this->each([&](Client &client) {
    if (client.state() == Client::State::WAITING)
      wanted_us = 0;
    if (client.state() == Client::State::STREAMING)
      wanted_us = std::min(wanted_us, client.pace().interval_us());
  });
  return wanted_us;
}

}  // namespace esphome::gcam
