"""The half of the jail that runs behind the outer wall: warm parent, inner wall, the job itself."""
