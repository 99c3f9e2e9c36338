"""Who is told of what, when: decides, and sees to it that it gets there. `channels` carry."""
